package io.decant.trainer.publish;

import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.torch.ScriptStudent;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.metrics.MetricReporter;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordSigner;
import io.decant.pipeline.sign.SigningKey;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.records.Event;
import io.decant.records.FormKind;
import io.decant.records.OffsetRange;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.Notice;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes versions, one transaction each, in this order: state, chunks, dead letters, manifest,
 * lineage, alias if it moves, metrics, removals, and the journal offsets with the lease group's
 * generation. Either all of it is there or nothing.
 *
 * <p>Work runs on the publisher's own thread, in the order of {@link #publish}; the caller bounds
 * how many are under way. The first failure ends the publisher: whoever owns it must start again
 * from the last committed state. <i>Thread-safe.</i>
 */
public final class CheckpointPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointPublisher.class);

    private final Topics topics;
    private final Provenance provenance;
    private final Producer<byte[], byte[]> producer;
    private final TopicWatch watch;
    private final Retention retention;
    private final StateSchedule schedule;
    private final InstantSource clock;
    private final RecordCodec codec;
    private final RecordSigner signer;
    private final MetricReporter metrics;
    private final ExecutorService executor;
    private final Optional<ScriptStudent> student;

    // Touched by the publisher's thread alone.
    private Optional<WeightsChain> newest;
    private boolean failed;

    /**
     * Takes the producer over.
     *
     * @param newest state of the newest version, whose weights the next delta adds to; empty for a
     *     new model
     * @param student file of a TorchScript student
     * @param key signs manifests and aliases; empty to leave them unsigned
     * @param producer transactional, {@code initTransactions} done; closed with the publisher
     * @param watch over the journal and the topics that versions are written to
     * @param reporter makes the points of versions
     */
    public CheckpointPublisher(
            String model,
            ClusterSettings cluster,
            Provenance provenance,
            Optional<LearnerState> newest,
            Optional<ScriptStudent> student,
            Optional<SigningKey> key,
            Producer<byte[], byte[]> producer,
            TopicWatch watch,
            Retention retention,
            StateSchedule schedule,
            Function<RecordCodec, MetricReporter> reporter,
            InstantSource clock) {
        this.topics = cluster.topics();
        this.provenance = provenance;
        this.producer = producer;
        this.watch = watch;
        this.retention = retention;
        this.schedule = schedule;
        this.clock = clock;
        this.codec = new RecordCodec(cluster);
        this.signer = new RecordSigner(cluster, codec, key);
        this.student = student;
        this.newest = newest.map(Sealed::weights);
        this.metrics = reporter.apply(codec);
        this.executor =
                Executors.newSingleThreadExecutor(work -> new Thread(work, "publisher-" + model));
    }

    /**
     * Publishes after everything asked for earlier; the future completes when the transaction is
     * committed.
     */
    public CompletableFuture<Published> publish(Checkpoint checkpoint) {
        return CompletableFuture.supplyAsync(() -> run(checkpoint), executor);
    }

    private Published run(Checkpoint checkpoint) {
        if (failed) {
            throw new KafkaException(
                    "version "
                            + checkpoint.version()
                            + " is not published, because an earlier one failed");
        }
        boolean committed = false;
        try {
            Published published = publishUnder(checkpoint);
            committed = true;
            return published;
        } finally {
            if (!committed) {
                failed = true;
                abort(checkpoint.version());
            }
        }
    }

    /**
     * Under the lease's newest generation. When the group has gone on meanwhile, because a standby
     * joined, say, and left the model here, the same version is sent again under the next one.
     */
    private Published publishUnder(Checkpoint checkpoint) {
        // The costly part, and the same under whatever generation.
        Sealed sealed = Sealed.of(checkpoint, newest, student, schedule);
        ConsumerGroupMetadata generation = checkpoint.lease().generation();
        while (true) {
            try {
                return transact(sealed, generation);
            } catch (CommitFailedException refused) {
                generation = next(checkpoint, generation, refused);
                producer.abortTransaction();
            }
        }
    }

    private static ConsumerGroupMetadata next(
            Checkpoint checkpoint, ConsumerGroupMetadata old, CommitFailedException refused) {
        try {
            ConsumerGroupMetadata next = checkpoint.lease().after(old).orElseThrow(() -> refused);
            LOG.info(
                    "event=publish_again version={} generation={} next={}",
                    checkpoint.version(),
                    old.generationId(),
                    next.generationId());
            return next;
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    private static Event event(Notice notice) {
        Notice.What what = notice.what();
        return new Event(
                what.kind(),
                what.signal(),
                what.size(),
                notice.at().partition(),
                notice.at().offset(),
                what.detail());
    }

    private Published transact(Sealed sealed, ConsumerGroupMetadata generation) {
        long begun = steadyMillis();
        Checkpoint checkpoint = sealed.checkpoint();
        VersionRecords records = new VersionRecords(sealed, provenance, clock.millis());
        LearnerState.Header header = checkpoint.state().header();
        String model = header.model();
        List<Retention.Version> removable =
                retention.removable(begun, checkpoint.orders().with(checkpoint.live()));

        FailPoint.TRAINER_BEFORE_SEND.reach();
        producer.beginTransaction();
        List<Future<RecordMetadata>> state = new ArrayList<>();
        for (int part = 0;
                sealed.stateSlot().isPresent() && part < sealed.stateChunks().size();
                part++) {
            String slot = sealed.stateSlot().get();
            String key = Keys.state(model, slot, part);
            state.add(send(Topic.TRAINER_STATE, model, key, records.stateChunk(slot, part)));
        }
        List<List<Future<RecordMetadata>>> weights = new ArrayList<>();
        for (SealedForm form : sealed.forms()) {
            List<Future<RecordMetadata>> chunks = new ArrayList<>();
            for (int part = 0; part < form.chunks().size(); part++) {
                String key = Keys.weights(model, header.version(), form.kind(), part);
                chunks.add(send(Topic.MODEL_WEIGHTS, model, key, records.weightsChunk(form, part)));
            }
            weights.add(chunks);
            // Brokers answer with whole batches: a reader of the delta must not be sent the anchor.
            producer.flush();
        }
        List<Future<RecordMetadata>> others = new ArrayList<>();
        checkpoint.deadLetters().forEach(letter -> others.add(producer.send(letter)));
        producer.flush();
        OffsetRange stateRange = range(Topic.TRAINER_STATE, model, state);
        List<OffsetRange> weightRanges =
                weights.stream().map(sent -> range(Topic.MODEL_WEIGHTS, model, sent)).toList();

        FailPoint.TRAINER_DURING_PUBLISH.reach();
        String version = Keys.version(model, header.version());
        others.add(
                sendSigned(
                        Topic.MODEL_REGISTRY,
                        model,
                        version,
                        records.manifest(stateRange, weightRanges)));
        others.add(send(Topic.LINEAGE, model, version, records.lineage()));
        if (checkpoint.isLive()) {
            others.add(sendSigned(Topic.MODEL_REGISTRY, model, Keys.live(model), records.live()));
        }
        others.add(
                producer.send(
                        metrics.unshown(
                                model,
                                header.version(),
                                checkpoint.metrics(),
                                checkpoint.notices().stream()
                                        .map(CheckpointPublisher::event)
                                        .toList())));
        removable.forEach(old -> others.addAll(remove(model, old)));
        producer.sendOffsetsToTransaction(offsets(header), generation);
        // What was learned was fetched before this: it is from the journal that offsets are of.
        watch.check();
        FailPoint.TRAINER_BEFORE_COMMIT.reach();
        producer.commitTransaction();
        FailPoint.TRAINER_AFTER_COMMIT.reach();
        // What is shown never falls: an aborted version's counts would.
        metrics.show(model, checkpoint.metrics());
        others.forEach(CheckpointPublisher::confirmed);

        newest = Optional.of(sealed.weights());
        retention.published(
                new Retention.Version(
                        header.version(),
                        begun,
                        parts(sealed, FormKind.ANCHOR),
                        parts(sealed, FormKind.DELTA),
                        sealed.stateSlot().orElse(""),
                        sealed.stateSlot().isPresent() ? sealed.stateChunks().size() : 0),
                removable);
        return Published.of(
                checkpoint.state(),
                sealed.weights().digest(),
                sealed.averageDigest(),
                sealed.stateDigest(),
                steadyMillis() - begun);
    }

    /** Milliseconds of a clock that nobody sets; versions age by it. */
    public static long steadyMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static int parts(Sealed sealed, FormKind kind) {
        return sealed.forms().stream()
                .filter(form -> form.kind() == kind)
                .mapToInt(form -> form.chunks().size())
                .sum();
    }

    private Future<RecordMetadata> send(
            Topic topic, String model, String key, SpecificRecord value) {
        return send(topic, model, Keys.bytes(key), codec.encode(topic, value));
    }

    private Future<RecordMetadata> sendSigned(
            Topic topic, String model, String key, SpecificRecord value) {
        byte[] keyBytes = Keys.bytes(key);
        return send(topic, model, keyBytes, signer.encode(topic, keyBytes, value));
    }

    private Future<RecordMetadata> send(Topic topic, String model, byte[] key, byte[] value) {
        return producer.send(
                new ProducerRecord<>(topics.name(topic), topics.modelPartition(model), key, value));
    }

    private List<Future<RecordMetadata>> remove(String model, Retention.Version old) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        sent.add(tombstone(Topic.MODEL_REGISTRY, model, Keys.version(model, old.version())));
        sent.addAll(remove(model, old.version(), FormKind.ANCHOR, old.anchorParts()));
        sent.addAll(remove(model, old.version(), FormKind.DELTA, old.deltaParts()));
        // A slot of the ring is overwritten by itself.
        for (int part = 0; old.keepsState() && part < old.stateParts(); part++) {
            sent.add(
                    tombstone(
                            Topic.TRAINER_STATE, model, Keys.state(model, old.stateSlot(), part)));
        }
        return sent;
    }

    private List<Future<RecordMetadata>> remove(
            String model, long version, FormKind form, int parts) {
        return IntStream.range(0, parts)
                .mapToObj(part -> Keys.weights(model, version, form, part))
                .map(key -> tombstone(Topic.MODEL_WEIGHTS, model, key))
                .toList();
    }

    private Future<RecordMetadata> tombstone(Topic topic, String model, String key) {
        return send(topic, model, Keys.bytes(key), null);
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(LearnerState.Header header) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int partition = 0; partition < header.nextOffsets().size(); partition++) {
            offsets.put(
                    new TopicPartition(topics.name(Topic.TRAINING_PAIRS), partition),
                    new OffsetAndMetadata(header.nextOffsets().get(partition)));
        }
        return offsets;
    }

    /** Where consecutive sends came to lie; an empty range for none. */
    private OffsetRange range(Topic topic, String model, List<Future<RecordMetadata>> sent) {
        List<Long> offsets = sent.stream().map(future -> confirmed(future).offset()).toList();
        return new OffsetRange(
                provenance.topicIds().get(topic),
                topics.modelPartition(model),
                offsets.isEmpty() ? 0 : offsets.get(0),
                offsets.isEmpty() ? 0 : offsets.get(offsets.size() - 1) + 1);
    }

    /** The metadata of a send that is over; a failed one is thrown. */
    private static RecordMetadata confirmed(Future<RecordMetadata> sent) {
        try {
            return sent.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof KafkaException known
                    ? known
                    : new KafkaException(
                            "a record of a version could not be sent", failed.getCause());
        } catch (InterruptedException stopped) {
            throw new InterruptException(stopped);
        }
    }

    private void abort(long version) {
        try {
            producer.abortTransaction();
        } catch (KafkaException | IllegalStateException fenced) {
            // A fenced producer cannot abort; the transaction's new owner or its timeout does.
            LOG.info(
                    "event=abort_left_to_others version={} reason=\"{}\"",
                    version,
                    fenced.getMessage());
        }
    }

    /** Waits a bounded time for publishes that are under way. */
    public void drain(Duration patience) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("event=publish_given_up seconds={}", patience.toSeconds());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops at once: what is under way fails, and its transaction is never committed. */
    @Override
    public void close() {
        executor.shutdownNow();
        producer.close(Duration.ZERO);
        codec.close();
    }
}
