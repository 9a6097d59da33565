package io.decant.trainer;

import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.topics.TopicIds;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.journal.JournalReader;
import io.decant.trainer.journal.JournalStart;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.lease.Lease;
import io.decant.trainer.recover.Recovered;
import io.decant.trainer.recover.Recovery;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Taking a model over: earlier writers are fenced first, then the last committed state is read, and
 * the journal stands where that state ends. Whoever takes it owns the clients in it. <i>Owned by
 * the trainer's stage thread.</i>
 *
 * @param codec reads journal records
 * @param producer transactional, and no older one can commit any more
 * @param journal at {@code offsets}, or behind the gaps that the configuration accepts
 * @param watch over the journal and the topics that versions are written to
 * @param known what the cluster knows of the model
 * @param offsets first offset not taken in, for each journal partition
 */
record Takeover(
        Admin admin,
        RecordCodec codec,
        Producer<byte[], byte[]> producer,
        JournalReader journal,
        TopicWatch watch,
        Recovered known,
        List<Long> offsets) {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    /** The journal, and all that a version consists of. */
    private static final List<Topic> NEEDED =
            List.of(
                    Topic.TRAINING_PAIRS,
                    Topic.TRAINER_STATE,
                    Topic.MODEL_WEIGHTS,
                    Topic.MODEL_REGISTRY,
                    Topic.LINEAGE);

    /** Longest wait of one call of the producer. */
    private static final int MAX_BLOCK_MILLIS = 30_000;

    /**
     * Takes the model over; needs the lease, which is polled meanwhile.
     *
     * @throws IllegalStateException when the journal or the state is not what the model learned
     *     from
     * @throws KafkaException when the cluster does not answer
     */
    static Takeover of(TrainerConfig config, InstantSource clock, Lease lease) {
        Clients clients = new Clients(config.cluster());
        Topics topics = config.cluster().topics();
        String model = config.model().name();
        String client = "trainer-" + model;
        Duration patience = config.recovery().patience();
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            Admin admin = clients.admin(client);
            opened.push(admin);
            RecordCodec codec = new RecordCodec(config.cluster());
            opened.push(codec);
            Producer<byte[], byte[]> producer =
                    clients.transactionalProducer(
                            client,
                            topics.prefix() + client,
                            config.publish().transactionTimeout(),
                            Map.of("max.block.ms", MAX_BLOCK_MILLIS));
            opened.push(() -> producer.close(Duration.ZERO));
            JournalReader journal = new JournalReader(clients, topics, model);
            opened.push(journal);

            producer.initTransactions();
            FailPoint.TRAINER_DURING_RESTORE.reach();
            TopicWatch watch =
                    new TopicWatch(
                            topics,
                            () ->
                                    TopicIds.of(
                                            admin,
                                            topics,
                                            NEEDED,
                                            config.publish().transactionTimeout()),
                            () -> {});
            String journalId = watch.ids().get(Topic.TRAINING_PAIRS);
            Recovered known =
                    new Recovery(
                                    config.cluster(),
                                    clock,
                                    patience,
                                    config.initFile(),
                                    // The group would give a silent member's lease away.
                                    () -> lease.poll(Duration.ZERO))
                            .newest(model, journalId);
            List<Long> offsets =
                    known.state()
                            .map(
                                    state ->
                                            offsets(
                                                    topics.name(Topic.TRAINING_PAIRS),
                                                    state.header(),
                                                    journalId))
                            .orElseGet(
                                    () ->
                                            journal.startOffsets(
                                                    JournalStart.parse(config.journal().start())));
            journal.seek(config.journal().acceptGap() ? journal.behindGaps(offsets) : offsets);
            Takeover takeover =
                    new Takeover(admin, codec, producer, journal, watch, known, offsets);
            opened.clear();
            return takeover;
        } finally {
            opened.forEach(Takeover::closeAfterFailure);
        }
    }

    private static void closeAfterFailure(AutoCloseable client) {
        try {
            client.close();
        } catch (Exception second) { // Whatever it was: the first failure is on its way already.
            LOG.warn("event=close_failed error=\"{}\"", second.toString());
        }
    }

    private static List<Long> offsets(
            String journal, LearnerState.Header header, String journalTopicId) {
        if (!header.journalTopicId().equals(journalTopicId)) {
            throw new IllegalStateException(
                    "the journal topic was recreated: "
                            + journal
                            + "; model '"
                            + header.model()
                            + "' learned from topic id "
                            + header.journalTopicId()
                            + ", it is now "
                            + journalTopicId
                            + "; its offsets mean other records, so give a new model another model.name");
        }
        return header.nextOffsets();
    }
}
