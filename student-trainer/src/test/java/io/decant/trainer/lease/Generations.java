package io.decant.trainer.lease;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Generations of a lease's group, and terms under them. */
final class Generations {
    private Generations() {}

    static ConsumerGroupMetadata of(int generation) {
        return of(generation, "member");
    }

    /** What a consumer that is no member of its group says of it. */
    static ConsumerGroupMetadata ofNobody() {
        return of(-1, "");
    }

    // Kafka offers no other way to make one than to join a group.
    @SuppressWarnings("removal")
    private static ConsumerGroupMetadata of(int generation, String member) {
        return new ConsumerGroupMetadata("group", generation, member, Optional.empty());
    }

    static Term term(int generation) {
        return new Term(of(generation), Duration.ofSeconds(30));
    }
}
