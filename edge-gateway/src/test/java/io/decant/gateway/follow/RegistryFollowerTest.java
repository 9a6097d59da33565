package io.decant.gateway.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.Versions.Published;
import io.decant.follower.registry.FakeRegistry;
import io.decant.follower.registry.Follow;
import io.decant.follower.registry.RegistryEvent;
import io.decant.follower.registry.RegistryEvent.LiveSet;
import io.decant.follower.registry.RegistryEvent.OverrideRemoved;
import io.decant.follower.registry.RegistryEvent.OverrideSet;
import io.decant.follower.registry.RegistryFeed;
import io.decant.follower.registry.RegistryFollower;
import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.ReloadPlanner;
import io.decant.follower.reload.Reloader;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.follower.reload.ServingSlot.Swap;
import io.decant.follower.reload.Unguarded;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.report.Reports;
import io.decant.gateway.store.DiskMemory;
import io.decant.gateway.store.LastGoodKeeper;
import io.decant.gateway.store.LastGoodModel;
import io.decant.gateway.store.SeenFile;
import io.decant.gateway.store.SeenKeeper;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.CheckpointManifest;
import io.decant.records.DeadLetterReason;
import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryFollowerTest {
    @TempDir Path folder;
    private final Versions versions = Versions.small();
    private final ManualClock clock = new ManualClock();
    private final FakeRegistry registry = new FakeRegistry();
    private final ServingSlot slot = new ServingSlot();
    private final GatewayCounters counters = new GatewayCounters(System::nanoTime);
    private final List<Swap> swaps = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private final Reports reports = new Reports("edge-1", Versions.MODEL, 100, counters, clock);
    private final Duration minute = Duration.ofMinutes(1);
    private String state = "";
    private SeenKeeper seen;
    private LastGoodModel disk;
    private RegistryFollower follower;

    @BeforeEach
    void start() {
        slot.onSwap(swaps::add);
        start(SignaturePolicy.ACCEPT);
    }

    private void start(SignaturePolicy policy) {
        disk =
                new LastGoodModel(
                        folder,
                        Versions.MODEL,
                        Versions.CHECK,
                        SignaturePolicy.ACCEPT,
                        TrustedKeys.NONE,
                        1 << 20);
        LastGoodKeeper keeper = new LastGoodKeeper(disk, Duration.ofMinutes(1), clock);
        seen = new SeenKeeper(new SeenFile(folder, Versions.MODEL), loaded(), minute, clock);
        Reloader reloader =
                new Reloader(
                        new ReloadPlanner(Versions.PARTITION, 1 << 20),
                        registry.weights(),
                        Versions.CHECK,
                        new Unguarded(slot),
                        slot,
                        new DiskMemory(seen, keeper),
                        reports,
                        clock);
        follower =
                new RegistryFollower(
                        Versions.settings(),
                        policy,
                        Follow.LIVE,
                        registry::feed,
                        reloader,
                        new DiskMemory(seen, keeper),
                        reports,
                        sentence -> state = sentence,
                        clock,
                        pauses::add);
    }

    private HighestSeen loaded() {
        try {
            return new SeenFile(folder, Versions.MODEL).load();
        } catch (IOException damaged) {
            throw new AssertionError(damaged);
        }
    }

    private void turns(int count) {
        for (int i = 0; i < count; i++) {
            follower.doWork();
        }
    }

    private long served() {
        return slot.current().map(ServingModel::version).orElse(0L);
    }

    private List<GatewayStatus> statuses() throws InterruptedException {
        List<GatewayStatus> statuses = new ArrayList<>();
        for (Optional<Reports.Report> next = reports.take(Duration.ZERO);
                next.isPresent();
                next = reports.take(Duration.ZERO)) {
            if (next.get() instanceof Reports.Report.Status status) {
                statuses.add(status.status());
            }
        }
        return statuses;
    }

    @Test
    void servesWhatLiveNamesAndReportsIt() throws InterruptedException {
        // Given
        registry.publish(versions.version(1));

        // When
        turns(1);

        // Then
        assertThat(served()).isEqualTo(1);
        assertThat(state).isEqualTo("serving the version that the registry names");
        GatewayStatus status = statuses().get(0);
        assertThat(status.getGatewayId()).isEqualTo("edge-1");
        assertThat(status.getServedVersion()).isEqualTo(1);
        assertThat(status.getVerdict()).isEqualTo(Verdict.ACCEPTED);
        assertThat(status.getServingSinceMillis()).isEqualTo(clock.millis());
    }

    @Test
    void knowsTheNewestManifestAlthoughAnotherVersionIsLive() {
        // Given
        boolean before = follower.newest().isPresent();
        registry.publish(versions.version(1));
        registry.publishOnly(versions.version(2));

        // When
        turns(1);

        // Then
        assertThat(before).isFalse();
        assertThat(served()).isEqualTo(1);
        assertThat(follower.newest()).map(CheckpointManifest::getVersion).hasValue(2L);
    }

    @Test
    void ofManyVersionsThatPiledUpItFetchesOnlyTheWantedOne() {
        // Given a registry that comes in five polls
        for (long version = 1; version <= 10; version++) {
            registry.publish(versions.version(version));
        }
        registry.perPoll(4);

        // When
        turns(5);

        // Then
        assertThat(served()).isEqualTo(10);
        assertThat(registry.fetched()).containsExactly(100L);
        assertThat(swaps).hasSize(1);
        assertThat(swaps.get(0).bytesReceived())
                .isEqualTo(20 * FakeRegistry.BYTES_PER_EVENT + FakeRegistry.BYTES_PER_FORM);
    }

    @Test
    void findsTheLiveVersionAmongRecordsThatItPassedOver() {
        // Given
        registry.window(2);
        registry.perPoll(2);
        registry.farBehind(4);
        registry.publish(versions.version(1));
        turns(1);
        assertThat(served()).isEqualTo(1);

        // When it falls behind, and the last alias is neither in what it reads first nor at the end
        registry.publish(versions.version(2));
        registry.publish(versions.version(3));
        for (long version = 4; version <= 9; version++) {
            registry.publishOnly(versions.version(version));
        }
        turns(3);

        // Then
        assertThat(served()).isEqualTo(3);
    }

    @Test
    void countsTheBytesOfEachVersionFromTheSwapBefore() {
        // Given
        registry.publish(versions.version(1));
        turns(1);
        registry.publish(versions.version(2));

        // When
        turns(1);

        // Then
        assertThat(swaps.get(1).bytesReceived())
                .isEqualTo(2 * FakeRegistry.BYTES_PER_EVENT + FakeRegistry.BYTES_PER_FORM);
    }

    @Test
    void keepsTheOldVersionWhenACandidateFailsAndTriesItOnce() throws InterruptedException {
        // Given version 2, whose trainer expects other answers than it gives
        registry.publish(versions.version(1));
        Published bad = versions.version(2);
        bad.manifest().setExpectedLogits(List.of(List.of(0f, 0f, 0f), List.of(0f, 0f, 0f)));
        turns(1);
        registry.publish(bad);

        // When
        turns(5);

        // Then
        assertThat(served()).isEqualTo(1);
        assertThat(registry.fetched()).containsExactly(10L, 20L);
        assertThat(counters.snapshot().rejected()).isEqualTo(1);
        GatewayStatus status = statuses().get(1);
        assertThat(status.getServedVersion()).isEqualTo(1);
        assertThat(status.getCandidateVersion()).isEqualTo(2);
        assertThat(status.getVerdict()).isEqualTo(Verdict.REJECTED);
        assertThat(status.getReason())
                .isEqualTo("it answers 2.0 for class 0 of canned input 0; its trainer expects 0.0");
        assertThat(state).startsWith("version 2 was rejected: ");
    }

    @Test
    void takesTheVersionAfterARefusedOne() throws InterruptedException {
        // Given
        Published bad = versions.version(2);
        bad.manifest().setWeightsDigest(ByteBuffer.allocate(32));
        registry.publish(versions.version(1));
        registry.publish(bad);
        turns(2);

        // When
        registry.publish(versions.version(3));
        turns(1);

        // Then
        assertThat(served()).isEqualTo(3);
        assertThat(statuses())
                .extracting(GatewayStatus::getVerdict)
                .containsExactly(Verdict.REJECTED, Verdict.ACCEPTED);
    }

    @Test
    void refusesAVersionWhoseChunksAreGone() throws InterruptedException {
        // Given
        registry.publish(versions.version(1));
        registry.add(new RegistryEvent.VersionPublished(versions.version(2).record()));
        registry.add(new LiveSet(2, 2));

        // When
        turns(3);

        // Then
        assertThat(served()).isZero();
        assertThat(statuses().get(0).getReason()).contains("holds 0 chunks of the model");
    }

    @Test
    void followsAnOperatorsOverrideAndItsEnd() {
        // Given
        registry.publish(versions.version(1));
        registry.publish(versions.version(2));
        turns(1);

        // When
        registry.add(new OverrideSet(1, 1));
        turns(1);
        long overridden = served();
        registry.publish(versions.version(3));
        turns(1);
        long still = served();
        registry.add(new OverrideRemoved());
        turns(1);

        // Then
        assertThat(List.of(overridden, still, served())).containsExactly(1L, 1L, 3L);
    }

    @Test
    void keepsServingWhileTheClusterIsAwayAndCatchesUp() {
        // Given
        registry.publish(versions.version(1));
        turns(1);
        registry.away(true);
        turns(1);
        assertThat(state).contains("the registry cannot be read: the broker is away");
        assertThat(served()).isEqualTo(1);
        registry.publish(versions.version(2));
        registry.away(false);

        // When its wait is over
        clock.advance(Versions.settings().retryWait());
        turns(1);

        // Then
        assertThat(served()).isEqualTo(2);
        assertThat(registry.opened()).isEqualTo(2);
        assertThat(state).isEqualTo("serving the version that the registry names");
    }

    @Test
    void triesForEverWithGrowingWaitsUpToTheBound() {
        // Given
        registry.away(true);
        List<Long> tries = new ArrayList<>();
        long start = clock.millis();

        // When a minute passes in steps of 100 ms
        for (int opened = 0;
                clock.millis() < start + 60_000;
                clock.advance(Duration.ofMillis(100))) {
            follower.doWork();
            if (registry.opened() > opened) {
                opened = registry.opened();
                tries.add(clock.millis() - start);
            }
        }

        // Then
        assertThat(tries)
                .containsExactly(
                        0L, 200L, 600L, 1400L, 3000L, 6200L, 12600L, 25400L, 40400L, 55400L);
        assertThat(pauses).containsOnly(Versions.settings().pollTime());
    }

    @Test
    void aFetchThatFailsIsTriedAgainWithoutReadingTheRegistryAgain() {
        // Given
        registry.publish(versions.version(1));
        registry.weightsAway(true);
        turns(3);
        assertThat(state).startsWith("the wanted version cannot be fetched");
        assertThat(counters.snapshot().rejected()).isZero();

        // When
        registry.weightsAway(false);
        clock.advance(Versions.settings().retryWait());
        turns(1);

        // Then
        assertThat(served()).isEqualTo(1);
        assertThat(registry.opened()).isEqualTo(1);
    }

    @Test
    void aRecordThatCannotBeReadIsReportedOnceHoweverOftenTheRegistryIsRead() {
        // Given
        ConsumerRecord<byte[], byte[]> origin =
                new ConsumerRecord<>("decant.model-registry", 2, 5, new byte[] {65}, new byte[1]);
        registry.add(
                new RegistryFeed.Refused(origin, DeadLetterReason.UNDECODABLE, "broken bytes"));
        registry.publish(versions.version(1));
        turns(1);

        // When the registry is read a second time
        registry.away(true);
        turns(1);
        registry.away(false);
        clock.advance(Versions.settings().retryWait());
        turns(1);

        // Then
        assertThat(counters.snapshot().registryRecordsRefused()).isEqualTo(1);
        assertThat(served()).isEqualTo(1);
    }

    @Test
    void saysThatNoVersionIsNamedYet() {
        // When
        turns(1);

        // Then
        assertThat(state).isEqualTo("the registry names no version of the model yet");
    }

    @Test
    void writesTheServedVersionToDiskAtACleanStopAndClosesWhatItOpened() {
        // Given
        registry.publish(versions.version(1));
        turns(2);
        registry.publish(versions.version(2));
        turns(2);

        // When
        follower.close();

        // Then
        assertThat(((LastGoodModel.Found.Good) disk.load()).model().manifest().getVersion())
                .isEqualTo(2);
        assertThat(registry.open()).isZero();
    }
}
