package io.decant.follower.reload;

import java.util.Optional;

/**
 * The newest that a follower has seen of a model. A signature proves who wrote a record, not that
 * it is the newest; what is older than this is served only by an operator's order.
 * <i>Immutable.</i>
 *
 * @param topicId Kafka's id of the registry topic that it was seen in; empty when not known
 * @param version the highest version that was ever served, with its weights; empty for none
 * @param liveSequence of the {@code @live} that led to it; 0 for none
 * @param orderVersion what the newest order says: a version, or 0 to follow {@code @live}
 * @param orderSequence of the newest order; 0 for none
 */
public record HighestSeen(
        String topicId,
        Optional<VersionId> version,
        long liveSequence,
        long orderVersion,
        long orderSequence) {
    public static final HighestSeen NOTHING = new HighestSeen("", Optional.empty(), 0, 0, 0);

    /** 0 for none. */
    public long versionNumber() {
        return version.map(VersionId::version).orElse(0L);
    }

    /** A version went into service. */
    public HighestSeen served(VersionId id) {
        return id.version() > versionNumber()
                ? new HighestSeen(
                        topicId, Optional.of(id), liveSequence, orderVersion, orderSequence)
                : this;
    }

    /** It was {@code @live} that named it. */
    public HighestSeen live(long sequence) {
        return sequence > liveSequence
                ? new HighestSeen(topicId, version, sequence, orderVersion, orderSequence)
                : this;
    }

    /** The newest order. */
    public HighestSeen ordered(long toVersion, long sequence) {
        return new HighestSeen(topicId, version, liveSequence, toVersion, sequence);
    }

    /** The topic that is read. */
    public HighestSeen in(String otherTopicId) {
        return new HighestSeen(otherTopicId, version, liveSequence, orderVersion, orderSequence);
    }
}
