package io.decant.trainer.join;

import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.retry.Backoff;
import io.decant.pipeline.source.SourceRecord;
import io.decant.pipeline.source.Sources;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;

/**
 * Finds features in the cache or, on a miss, in the topic, and reads records. A schema registry
 * that does not answer is asked again for a bounded time. <i>Owned by one thread.</i>
 */
final class StoredRecords implements KeptRecords, AutoCloseable {
    private final SampleCache cache;
    private final SampleFetcher fetcher;
    private final RecordCodec codec;
    private final Sources sources;
    private final Backoff registryRetry;
    private final JoinCounters counters;

    StoredRecords(
            SampleCache cache,
            SampleFetcher fetcher,
            RecordCodec codec,
            Sources sources,
            Backoff registryRetry,
            JoinCounters counters) {
        this.cache = cache;
        this.fetcher = fetcher;
        this.codec = codec;
        this.sources = sources;
        this.registryRetry = registryRetry;
        this.counters = counters;
    }

    /** A sample has been read from its topic; it is decoded when it is needed. */
    void arrived(long offset, SourceRecord record) {
        if (record.value() != null) {
            cache.put(offset, record);
        }
    }

    @Override
    public Lookup sample(Position at) {
        SourceRecord record = cache.get(at.offset());
        counters.add(record == null ? JoinCount.CACHE_MISSES : JoinCount.CACHE_HITS);
        if (record == null) {
            SampleFetcher.Fetched fetched = fetcher.fetch(at, cache::put);
            if (fetched instanceof SampleFetcher.Fetched.Gone) {
                return new Lookup.Gone();
            }
            if (!(fetched instanceof SampleFetcher.Fetched.Found found)) {
                return new Lookup.Unusable(
                        "no sample stands at samples "
                                + at.partition()
                                + "@"
                                + at.offset()
                                + "; expected the offset of the sample that was scored");
            }
            record = found.record();
        }
        Decoded<Sample> decoded = sampleIn(record);
        return decoded instanceof Decoded.Good<Sample> good
                ? new Lookup.Found(good.value())
                : new Lookup.Unusable(
                        "the sample at samples "
                                + at.partition()
                                + "@"
                                + at.offset()
                                + " cannot be read: "
                                + ((Decoded.Bad<Sample>) decoded).detail());
    }

    @Override
    public SoftTarget softTarget(RawRecord kept) {
        return kept(Topic.SOFT_TARGETS, kept, SoftTarget.class);
    }

    @Override
    public Label label(RawRecord kept) {
        return kept(Topic.LABELS, kept, Label.class);
    }

    private <T extends SpecificRecord> T kept(Topic topic, RawRecord kept, Class<T> type) {
        byte[] bytes = new byte[kept.value().remaining()];
        kept.value().duplicate().get(bytes);
        if (decode(topic, bytes, type) instanceof Decoded.Good<T> good) {
            return good.value();
        }
        throw new IllegalStateException(
                "the join's store holds a "
                        + type.getSimpleName()
                        + " of offset "
                        + kept.offset()
                        + " that can no longer be read; was its schema removed from the registry?");
    }

    private Decoded<Sample> sampleIn(SourceRecord record) {
        return patiently("read a schema", () -> sources.sample(record));
    }

    /** Reads a record of the labels topic; what is wrong with it is the answer. */
    Decoded<Label> label(SourceRecord record) {
        return patiently("read a schema", () -> sources.label(record));
    }

    /** Reads the label that a sample's record may hold. */
    Decoded<Optional<Label>> labelOfSample(SourceRecord record) {
        return patiently("read a schema", () -> sources.labelOfSample(record));
    }

    /** Reads a value; what is wrong with it is the answer, not an exception. */
    <T extends SpecificRecord> Decoded<T> decode(Topic topic, byte[] value, Class<T> type) {
        return patiently("read a schema", () -> codec.decode(topic, value, type));
    }

    /** Writes a value. */
    byte[] encode(Topic topic, SpecificRecord value) {
        return patiently("register a schema", () -> codec.encode(topic, value));
    }

    <T> T patiently(String action, Callable<T> attempt) {
        return registryRetry.retry(action, Passing::registryMayPass, left -> attempt.call());
    }

    @Override
    public void close() {
        fetcher.close();
        codec.close();
    }
}
