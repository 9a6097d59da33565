package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Alias;
import io.decant.records.Control;
import io.decant.records.GateOutcome;
import io.decant.records.GatewayStatus;
import io.decant.records.Order;
import io.decant.records.Verdict;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A listed gateway that refuses a version stops the alias, and nothing else. */
@ExtendWith(SharedCluster.class)
class FleetVetoIT {
    private static final String MODEL = "student";
    private static final String GATEWAY = "edge-1";
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void theAliasStandsStillUntilAListedGatewayAcceptsANewerVersionOrAnOperatorOrders(
            ClusterSettings cluster) throws Exception {
        try (JournalProducer journal = new JournalProducer(cluster, SEED);
                Producing producing = new Producing(cluster)) {
            // Given: a version that the gateway refuses; what another one says does not count
            long first = learn(cluster, journal);
            assertThat(live(cluster)).isEqualTo(first);
            status(cluster, producing, "stranger", first, Verdict.REJECTED);
            long second = learn(cluster, journal);
            assertThat(live(cluster)).isEqualTo(second);
            status(cluster, producing, GATEWAY, second, Verdict.ROLLED_BACK);

            // When, Then: versions go on, the alias does not
            long third = learn(cluster, journal);
            assertThat(third).isGreaterThan(second);
            assertThat(Pipeline.newest(cluster).getGate()).isEqualTo(GateOutcome.OFF);
            assertThat(live(cluster)).isEqualTo(second);

            // When, Then: the gateway, a canary, tried a newer one
            status(cluster, producing, GATEWAY, third, Verdict.ACCEPTED);
            long fourth = learn(cluster, journal);
            assertThat(live(cluster)).isEqualTo(fourth);

            // When, Then: it refuses again, and an operator decides
            status(cluster, producing, GATEWAY, fourth, Verdict.REJECTED);
            learn(cluster, journal);
            assertThat(live(cluster)).isEqualTo(fourth);
            order(cluster, producing);
            long last = learn(cluster, journal);
            assertThat(live(cluster)).isEqualTo(last);

            // Then: no verdict is part of what was learned
            RemadeVersions.mustBeEqual(cluster, MODEL);
        }
    }

    /** Learns some records more; returns the newest version. */
    private static long learn(ClusterSettings cluster, JournalProducer journal) throws Exception {
        journal.produce(60);
        List<String> settings = new ArrayList<>();
        JournalProducer.trainerSettings(MODEL).forEach(each -> settings.add("trainer." + each));
        settings.addAll(
                List.of(
                        "trainer.gateways.listed=" + GATEWAY,
                        "trainer.gateways.veto=1",
                        "trainer.publish.pairs=50",
                        "trainer.publish.interval=10m",
                        "trainer.batch.linger=10m"));
        try (ServiceStack stack = Pipeline.stack(cluster, settings)) {
            return stack.trainer(PredictionListener.NONE)
                    .finish()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static long live(ClusterSettings cluster) {
        return TopicContents.read(cluster, Topic.MODEL_REGISTRY, Alias.class).stream()
                .mapToLong(entry -> entry.value().getVersion())
                .max()
                .orElseThrow();
    }

    private static void status(
            ClusterSettings cluster,
            Producing producing,
            String gateway,
            long version,
            Verdict verdict) {
        GatewayStatus status =
                GatewayStatus.newBuilder()
                        .setGatewayId(gateway)
                        .setModel(MODEL)
                        .setCandidateVersion(version)
                        .setVerdict(verdict)
                        .setReason(verdict == Verdict.ACCEPTED ? "" : "answers are not finite")
                        .setAtMillis(1_000 * version)
                        .build();
        producing.raw(
                Topic.GATEWAY_STATUS,
                cluster.topics().modelPartition(MODEL),
                gateway,
                producing.encode(Topic.GATEWAY_STATUS, status));
    }

    private static void order(ClusterSettings cluster, Producing producing) {
        Control order =
                Control.newBuilder()
                        .setTarget(MODEL)
                        .setOrder(Order.OVERRIDE)
                        .setVersion(0)
                        .setAuthor("test")
                        .setReason("looked at it")
                        .setSequence(1)
                        .setIssuedAtMillis(1_000_000_000L)
                        .build();
        producing.raw(
                Topic.CONTROL,
                cluster.topics().modelPartition(MODEL),
                MODEL + "/@override",
                producing.encode(Topic.CONTROL, order));
    }
}
