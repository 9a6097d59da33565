package io.decant.trainer.lease;

import io.decant.model.digest.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides who holds a lease: the member that holds it already, for as long as it is a member. Only
 * when nobody does, the highest hash of group and process wins; so the leases of several models
 * spread over the processes, and who joins never takes anything away. <i>Thread-safe: all methods
 * are pure.</i>
 */
final class SoleOwner {
    private SoleOwner() {}

    /**
     * A member of the group, as it describes itself when it joins. <i>Immutable.</i>
     *
     * @param id given by the group's coordinator; another one after each loss of membership
     * @param process in which the member lives; outlives the membership
     * @param claimed what it believes to hold
     * @param generation of the group in which it got that; negative for none
     */
    record Member(String id, String process, Set<TopicPartition> claimed, int generation) {
        Member {
            claimed = Set.copyOf(claimed);
        }
    }

    /** The member that is to hold the lease; there must be at least one. */
    static Member of(String group, Collection<Member> members) {
        Comparator<Member> byRank =
                Comparator.<Member>comparingLong(member -> rank(group, member.process()))
                        .thenComparing(Member::id);
        return members.stream()
                .filter(member -> !member.claimed().isEmpty())
                // A member that was away claims what it had in an older generation.
                .max(Comparator.comparingInt(Member::generation).thenComparing(byRank))
                .or(() -> members.stream().max(byRank))
                .orElseThrow();
    }

    /**
     * What each member gets: the owner everything, but for what another still claims. That one
     * gives it up first and joins again, as the cooperative protocol demands.
     *
     * @return a list for every member, by its id
     */
    static Map<String, List<TopicPartition>> deal(
            String group, Collection<Member> members, List<TopicPartition> partitions) {
        Map<String, List<TopicPartition>> dealt = new HashMap<>();
        members.forEach(member -> dealt.put(member.id(), new ArrayList<>()));
        Member owner = of(group, members);
        partitions.stream()
                .filter(
                        partition ->
                                owner.claimed().contains(partition)
                                        || members.stream()
                                                .noneMatch(
                                                        other ->
                                                                other.claimed()
                                                                        .contains(partition)))
                .forEach(dealt.get(owner.id())::add);
        return dealt;
    }

    /** Rendezvous hashing (Thaler and Ravishankar, 1996): the highest of these wins. */
    private static long rank(String group, String process) {
        byte[] digest = Sha256.of((group + "\n" + process).getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }
}
