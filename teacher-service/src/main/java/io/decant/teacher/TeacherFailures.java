package io.decant.teacher;

import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;

/** What is said when a teacher must stop. <i>Thread-safe: no state.</i> */
final class TeacherFailures {
    private TeacherFailures() {}

    static IllegalStateException slotTaken(TeacherConfig config, FencedInstanceIdException cause) {
        return new IllegalStateException(
                "slot "
                        + config.slot()
                        + " of teacher "
                        + config.teacher().id()
                        + " was taken over by another process; give each process its own slot",
                cause);
    }

    static IllegalStateException samplesGone(
            TeacherConfig config, OffsetOutOfRangeException cause) {
        return new IllegalStateException(
                "samples were removed before group "
                        + config.group()
                        + " read them, at "
                        + cause.offsetOutOfRangePartitions()
                        + "; raise the topic's retention, then move the group's offsets on with kafka-consumer-groups --reset-offsets",
                cause);
    }

    static KafkaException gaveUp(TeacherConfig config, int failures, KafkaException cause) {
        return new KafkaException(
                "teacher "
                        + config.teacher().id()
                        + " failed "
                        + failures
                        + " times without a commit in between, the last time with: "
                        + cause.getMessage()
                        + "; check the broker and the registry, then start it again",
                cause);
    }
}
