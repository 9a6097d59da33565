package io.decant.gateway.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.Versions.Published;
import io.decant.follower.registry.FakeRegistry;
import io.decant.follower.registry.Follow;
import io.decant.follower.registry.RegistryEvent.LiveRemoved;
import io.decant.follower.registry.RegistryEvent.LiveSet;
import io.decant.follower.registry.RegistryEvent.OverrideRemoved;
import io.decant.follower.registry.RegistryEvent.OverrideSet;
import io.decant.follower.registry.RegistryEvent.VersionRemoved;
import io.decant.follower.registry.RegistryFollower;
import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.ReloadPlanner;
import io.decant.follower.reload.Reloader;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
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
import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway reads, serves and refuses when versions come as deltas. */
class DeltaFollowingTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir Path folder;
    private final Versions versions = Versions.small();
    private final ManualClock clock = new ManualClock();
    private final FakeRegistry registry = new FakeRegistry();
    private final GatewayCounters counters = new GatewayCounters(System::nanoTime);
    private final Reports reports = new Reports("edge-1", Versions.MODEL, 100, counters, clock);
    private ServingSlot slot;
    private RegistryFollower follower;

    @BeforeEach
    void start() {
        start(SignaturePolicy.ACCEPT);
    }

    /** A gateway's life begins, with what the one before left on disk. */
    private void start(SignaturePolicy policy) {
        slot = new ServingSlot();
        LastGoodModel disk =
                new LastGoodModel(
                        folder,
                        Versions.MODEL,
                        Versions.CHECK,
                        SignaturePolicy.ACCEPT,
                        TrustedKeys.NONE,
                        1 << 20);
        LastGoodKeeper keeper = new LastGoodKeeper(disk, MINUTE, clock);
        SeenFile seenFile = new SeenFile(folder, Versions.MODEL);
        SeenKeeper seen = new SeenKeeper(seenFile, load(seenFile), MINUTE, clock);
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
        if (disk.load() instanceof LastGoodModel.Found.Good good) {
            slot.swap(ServingModel.of(good.model(), clock.instant()), 0, true);
            reloader.startAt(good.model());
        }
        follower =
                new RegistryFollower(
                        Versions.settings(),
                        policy,
                        Follow.LIVE,
                        registry::feed,
                        reloader,
                        new DiskMemory(seen, keeper),
                        reports,
                        sentence -> {},
                        clock,
                        pause -> {});
    }

    private static HighestSeen load(SeenFile file) {
        try {
            return file.load();
        } catch (IOException damaged) {
            throw new AssertionError(damaged);
        }
    }

    private void turn() {
        follower.doWork();
    }

    private void publishAndTurn(Published version) {
        registry.publish(version);
        turn();
    }

    private long served() {
        return slot.current().map(ServingModel::version).orElse(0L);
    }

    /** The statuses since the last call. */
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

    /** Versions from 1; every fifth has an anchor too. */
    private void publish(long from, long to) {
        for (long version = from; version <= to; version++) {
            registry.publish(
                    version == 1 ? versions.version(1) : versions.delta(version, version % 5 == 0));
        }
    }

    private static long anchor(long version) {
        return version * 10;
    }

    private static long delta(long version) {
        return Versions.deltaOffset(version);
    }

    private static Published damaged(Published version) {
        version.delta().orElseThrow().setData(ByteBuffer.allocate(30));
        return version;
    }

    @Test
    void inStepItReadsDeltasAndNeverAnAnchor() {
        // Given
        publish(1, 1);
        turn();

        // When
        for (long version = 2; version <= 7; version++) {
            publish(version, version);
            turn();
        }

        // Then
        assertThat(served()).isEqualTo(7);
        assertThat(registry.fetched())
                .containsExactly(
                        anchor(1), delta(2), delta(3), delta(4), delta(5), delta(6), delta(7));
        float[] logits = new float[Versions.CLASSES];
        slot.current().orElseThrow().logits(new byte[] {1, 2, 3, 4}, 0, logits);
        assertThat(logits).containsExactly(Versions.logits(7));
    }

    @Test
    void afterALongSleepItReadsTheNewestAnchorAndTheTailAndNoMoreOfTheRegistryThanItMust() {
        // Given a registry of which a window of eight records is read at a time
        publish(1, 28);
        registry.window(8);

        // When
        turn();

        // Then versions 25 to 28, two records each, suffice
        assertThat(served()).isEqualTo(28);
        assertThat(registry.fetched()).containsExactly(anchor(25), delta(26), delta(27), delta(28));
        assertThat(counters.snapshot().bytesReceived())
                .isEqualTo(8 * FakeRegistry.BYTES_PER_EVENT + 4 * FakeRegistry.BYTES_PER_FORM);
    }

    @Test
    void itReadsTheRegistryBackUntilItFindsAnAnchor() {
        // Given a window that ends before the newest anchor
        publish(1, 29);
        registry.window(4);

        // When
        turn();

        // Then
        assertThat(served()).isEqualTo(29);
        assertThat(registry.fetched()).startsWith(anchor(25));
        assertThat(counters.snapshot().bytesReceived())
                .isEqualTo(12 * FakeRegistry.BYTES_PER_EVENT + 5 * FakeRegistry.BYTES_PER_FORM);
    }

    @Test
    void afterARestartDeltasAddToTheModelOnDisk() {
        // Given
        publish(1, 7);
        turn();
        follower.close();
        registry.fetched().clear();
        publish(8, 9);

        // When
        start(SignaturePolicy.ACCEPT);
        turn();

        // Then
        assertThat(served()).isEqualTo(9);
        assertThat(registry.fetched()).containsExactly(delta(8), delta(9));
    }

    @Test
    void aDamagedDeltaIsReadOnceAndTheNextAnchorHeals() throws InterruptedException {
        // Given
        publish(1, 6);
        turn();
        registry.fetched().clear();
        statuses();

        // When version 7 is damaged, 8 and 9 are deltas, and 10 has an anchor
        publishAndTurn(damaged(versions.delta(7, false)));
        publish(8, 8);
        turn();
        publish(9, 9);
        turn();
        publish(10, 10);
        turn();
        publish(11, 11);
        turn();

        // Then
        assertThat(served()).isEqualTo(11);
        assertThat(registry.fetched()).containsExactly(delta(7), anchor(10), delta(11));
        assertThat(statuses())
                .extracting(GatewayStatus::getVerdict)
                .containsExactly(
                        Verdict.REJECTED,
                        Verdict.REJECTED,
                        Verdict.REJECTED,
                        Verdict.ACCEPTED,
                        Verdict.ACCEPTED);
    }

    @Test
    void aVersionWhoseDeltaIsDamagedIsRebuiltFromItsAnchorAndTheStatusSaysWhy()
            throws InterruptedException {
        // Given
        publish(1, 4);
        turn();
        statuses();
        registry.fetched().clear();

        // When
        publishAndTurn(damaged(versions.delta(5, true)));

        // Then
        assertThat(served()).isEqualTo(5);
        assertThat(registry.fetched()).containsExactly(delta(5), anchor(5));
        GatewayStatus status = statuses().get(0);
        assertThat(status.getVerdict()).isEqualTo(Verdict.ACCEPTED);
        assertThat(status.getReason()).startsWith("rebuilt by another route, because chunk 0");
    }

    @Test
    void aDeltaToAnotherParentIsRefused() throws InterruptedException {
        // Given
        publish(1, 2);
        turn();
        statuses();

        // When
        publishAndTurn(versions.delta(3, false, versions.weights(1)));

        // Then
        assertThat(served()).isEqualTo(2);
        assertThat(statuses().get(0).getReason())
                .contains("came from its delta and the parent that is here");
    }

    @Test
    void aCandidateThatIsRefusedForItsAnswersBreaksNoChain() {
        // Given version 2, which is what its manifest says, and answers otherwise
        publish(1, 1);
        turn();
        Published other = versions.delta(2, false);
        other.manifest().setExpectedLogits(List.of(List.of(0f, 0f, 0f), List.of(0f, 0f, 0f)));
        publishAndTurn(other);
        assertThat(served()).isEqualTo(1);
        registry.fetched().clear();

        // When
        publish(3, 3);
        turn();

        // Then
        assertThat(served()).isEqualTo(3);
        assertThat(registry.fetched()).containsExactly(delta(3));
    }

    @Test
    void anOperatorGoesBackByTheNearestAnchorAndTheWayOnIsFromTheNewest() {
        // Given
        publish(1, 12);
        turn();
        registry.fetched().clear();

        // When
        registry.add(new OverrideSet(6, 1));
        turn();
        long back = served();
        publish(13, 13);
        registry.add(new OverrideSet(0, 2));
        turn();

        // Then
        assertThat(back).isEqualTo(6);
        assertThat(served()).isEqualTo(13);
        assertThat(registry.fetched()).containsExactly(anchor(5), delta(6), delta(13));
    }

    @Test
    void anOrderStandsAfterARestartThoughItWasRemovedWhereSignaturesAreRequired()
            throws InterruptedException {
        // Given
        start(SignaturePolicy.REQUIRE);
        publish(1, 6);
        registry.add(new OverrideSet(5, 3));
        turn();
        registry.add(new OverrideRemoved());
        turn();
        assertThat(served()).isEqualTo(5);
        assertThat(statuses())
                .extracting(GatewayStatus::getReason)
                .anySatisfy(
                        reason -> assertThat(reason).contains("removal of @override cannot be"));
        follower.close();

        // When the older order before it is all that is left
        registry.recreate();
        publish(1, 6);
        registry.add(new OverrideSet(0, 2));
        start(SignaturePolicy.REQUIRE);
        turn();

        // Then
        assertThat(served()).isEqualTo(5);
    }

    @Test
    void removingWhatIsServedStopsNothing() throws InterruptedException {
        // Given
        start(SignaturePolicy.REQUIRE);
        publish(1, 3);
        turn();
        statuses();

        // When
        registry.add(new VersionRemoved(3));
        registry.add(new LiveRemoved());
        turn();

        // Then
        assertThat(served()).isEqualTo(3);
        assertThat(statuses()).extracting(GatewayStatus::getCandidateVersion).containsExactly(0L);
    }

    @Test
    void whatIsOlderThanAnythingSeenIsRefusedAfterARestartToo() throws InterruptedException {
        // Given a gateway that served version 6
        start(SignaturePolicy.REQUIRE);
        publish(1, 6);
        turn();
        follower.close();
        statuses();

        // When the registry holds old records only, and then a new one that names an old version
        registry.recreate();
        publish(1, 4);
        start(SignaturePolicy.REQUIRE);
        turn();
        registry.add(new LiveSet(4, 7));
        turn();

        // Then
        assertThat(served()).isEqualTo(6);
        List<GatewayStatus> refusals = statuses();
        assertThat(refusals).extracting(GatewayStatus::getHighestVersion).containsOnly(6L);
        assertThat(refusals.get(0).getReason()).contains("sequence 6 was seen here");
        assertThat(refusals.get(1).getReason()).contains("version 6 was verified here");
    }

    @Test
    void aModelBegunAnewIsFollowedWhereSignaturesProveNothing() {
        // Given
        publish(1, 6);
        turn();
        follower.close();

        // When
        registry.recreate();
        registry.publish(versions.version(1));
        start(SignaturePolicy.ACCEPT);
        turn();

        // Then
        assertThat(served()).isEqualTo(1);
    }

    @Test
    void ofTwoPublishersOfOneVersionTheFirstThatWasVerifiedStays() throws InterruptedException {
        // Given
        publish(1, 2);
        turn();
        statuses();

        // When
        float[] other = versions.weights(2);
        other[0] = 1;
        publishAndTurn(versions.version(2, other));

        // Then
        assertThat(served()).isEqualTo(2);
        assertThat(statuses().get(0).getReason()).contains("with other weights");
    }
}
