package io.decant.trainer.join;

import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.trace.Traces;
import io.decant.topics.Topics;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * What the tasks of the join are made from. Each task makes its own codec and its own consumer.
 * <i>Immutable.</i>
 *
 * @param codecs makes a codec
 * @param sampleConsumers makes a read_committed consumer for single samples
 * @param counters shared by all tasks
 * @param traces shared by all tasks
 */
record JoinSetup(
        JoinerConfig config,
        Supplier<RecordCodec> codecs,
        Supplier<Consumer<byte[], byte[]>> sampleConsumers,
        InstantSource clock,
        JoinCounters counters,
        Traces traces) {
    Topics topics() {
        return config.cluster().topics();
    }
}
