package io.decant.trainer.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SoleOwnerTest {
    private static final String GROUP = "decant.trainer-student";
    private static final TopicPartition P0 = new TopicPartition("decant.trainer-state", 0);
    private static final TopicPartition P1 = new TopicPartition("decant.trainer-state", 1);
    private static final List<TopicPartition> ALL = List.of(P0, P1);

    static Stream<Arguments> rows() {
        return Stream.of(
                row("alone, it gets everything", List.of(joins("a")), "a", ALL),
                row(
                        "the owner keeps it when others join",
                        List.of(joins("b"), claims("a", 4, P0, P1), joins("c")),
                        "a",
                        ALL),
                row(
                        "a claim of an older generation loses",
                        List.of(claims("zombie", 3, P0, P1), claims("a", 5, P0, P1)),
                        "a",
                        ALL),
                row(
                        "an old claim is better than none",
                        List.of(joins("b"), claims("a", 3, P0, P1)),
                        "a",
                        ALL),
                row(
                        "what another still claims is given up before the owner gets it",
                        List.of(claims("zombie", 3, P1), claims("a", 5, P0)),
                        "a",
                        List.of(P0)),
                row(
                        "the owner gets what nobody claims",
                        List.of(joins("b"), claims("a", 5, P1)),
                        "a",
                        ALL));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void oneMemberGetsThePartitions(
            String sentence,
            List<SoleOwner.Member> members,
            String owner,
            List<TopicPartition> dealt) {
        // Given
        Map<String, List<TopicPartition>> expected = new HashMap<>();
        members.forEach(member -> expected.put(member.id(), List.of()));
        expected.put(owner, dealt);
        // When
        Map<String, List<TopicPartition>> actual = SoleOwner.deal(GROUP, members, ALL);
        // Then
        assertThat(actual).as(sentence).isEqualTo(expected);
    }

    @Test
    void withoutAnOwnerTheChoiceDependsOnTheProcessesAloneAndNotOnTheirOrderOrMemberIds() {
        // Given
        List<SoleOwner.Member> members = new ArrayList<>(processes("member-", 5));
        String chosen = SoleOwner.of(GROUP, members).process();
        Collections.shuffle(members, new Random(7));
        // When, Then
        assertThat(SoleOwner.of(GROUP, members).process()).isEqualTo(chosen);
        assertThat(SoleOwner.of(GROUP, processes("again-", 5)).process()).isEqualTo(chosen);
    }

    @Test
    void theLeasesOfManyModelsSpreadOverTheProcesses() {
        // Given
        Map<String, Integer> models = new HashMap<>();
        // When
        for (int model = 0; model < 300; model++) {
            String process = SoleOwner.of("decant.trainer-" + model, processes("m-", 3)).process();
            models.merge(process, 1, Integer::sum);
        }
        // Then each has its third, give or take four standard deviations of drawing it
        assertThat(models).hasSize(3);
        assertThat(models.values()).allMatch(count -> Math.abs(count - 100) < 4 * 8.2);
    }

    @Test
    void aProcessThatLeavesGivesItsLeasesAwayAndMovesNoOther() {
        // Given
        List<SoleOwner.Member> three = processes("m-", 3);
        List<SoleOwner.Member> two = three.subList(0, 2);
        for (int model = 0; model < 50; model++) {
            String group = "decant.trainer-" + model;
            SoleOwner.Member before = SoleOwner.of(group, three);
            // When
            SoleOwner.Member after = SoleOwner.of(group, two);
            // Then
            if (two.contains(before)) {
                assertThat(after).isEqualTo(before);
            }
        }
    }

    private static List<SoleOwner.Member> processes(String idPrefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new SoleOwner.Member(idPrefix + i, "host-" + i, Set.of(), -1))
                .toList();
    }

    private static Arguments row(
            String sentence,
            List<SoleOwner.Member> members,
            String owner,
            List<TopicPartition> dealt) {
        return Arguments.of(sentence, members, owner, dealt);
    }

    private static SoleOwner.Member joins(String id) {
        return new SoleOwner.Member(id, "process-" + id, Set.of(), -1);
    }

    private static SoleOwner.Member claims(
            String id, int generation, TopicPartition... partitions) {
        return new SoleOwner.Member(id, "process-" + id, Set.of(partitions), generation);
    }
}
