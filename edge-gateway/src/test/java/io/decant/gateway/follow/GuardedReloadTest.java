package io.decant.gateway.follow;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.Versions.Published;
import io.decant.follower.registry.FakeRegistry;
import io.decant.follower.registry.Follow;
import io.decant.follower.registry.RegistryEvent.OverrideSet;
import io.decant.follower.registry.RegistryFollower;
import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.ReloadPlanner;
import io.decant.follower.reload.Reloader;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.guard.Guard;
import io.decant.gateway.guard.GuardCounters;
import io.decant.gateway.guard.GuardSettings;
import io.decant.gateway.guard.GuardStage;
import io.decant.gateway.guard.LiveAnswers;
import io.decant.gateway.report.Reports;
import io.decant.gateway.store.DiskMemory;
import io.decant.gateway.store.LastGoodKeeper;
import io.decant.gateway.store.LastGoodModel;
import io.decant.gateway.store.SeenFile;
import io.decant.gateway.store.SeenKeeper;
import io.decant.model.spec.ParameterLayout;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The follower and the guard together, stepped by hand: a watch of 10 requests and 10 seconds, and
 * every answer's class counts.
 */
class GuardedReloadTest {
    private static final Duration BETWEEN_REQUESTS = Duration.ofMillis(5);

    @TempDir Path folder;
    private final Versions versions = Versions.small();
    private final ManualClock clock = new ManualClock();
    private final FakeRegistry registry = new FakeRegistry();
    private final ServingSlot slot = new ServingSlot();
    private final GatewayCounters counters = new GatewayCounters(System::nanoTime);
    private final Reports reports = new Reports("edge-1", Versions.MODEL, 100, counters, clock);
    private String state = "";
    private LastGoodModel disk;
    private LiveAnswers answers;
    private Guard guard;
    private GuardStage stage;
    private RegistryFollower follower;

    @BeforeEach
    void start() {
        start("shadow=0s");
    }

    private void start(String more) {
        GuardSettings settings =
                Configuration.of(
                        GuardSettings.class,
                        List.of(
                                "watch=10s",
                                "watch-minimum=10",
                                "shadow-minimum=10",
                                "sure=0",
                                more));
        GuardCounters guardCounters = new GuardCounters();
        answers = new LiveAnswers(settings, guardCounters, clock);
        guard = new Guard(settings, slot, answers, guardCounters, clock);
        // Equal times: which of two small models is the faster one is not the question here.
        stage = new GuardStage(settings, guard, answers, () -> 0);
        disk =
                new LastGoodModel(
                        folder,
                        Versions.MODEL,
                        Versions.CHECK,
                        SignaturePolicy.ACCEPT,
                        TrustedKeys.NONE,
                        1 << 20);
        LastGoodKeeper keeper = new LastGoodKeeper(disk, Duration.ofHours(1), clock);
        SeenKeeper seen =
                new SeenKeeper(
                        new SeenFile(folder, Versions.MODEL),
                        HighestSeen.NOTHING,
                        Duration.ofHours(1),
                        clock);
        Reloader reloader =
                new Reloader(
                        new ReloadPlanner(Versions.PARTITION, 1 << 20),
                        registry.weights(),
                        Versions.CHECK,
                        guard,
                        slot,
                        new DiskMemory(seen, keeper),
                        reports,
                        clock);
        follower =
                new RegistryFollower(
                        Versions.settings(),
                        SignaturePolicy.ACCEPT,
                        Follow.LIVE,
                        registry::feed,
                        reloader,
                        new DiskMemory(seen, keeper),
                        reports,
                        sentence -> state = sentence,
                        clock,
                        pause -> {});
    }

    /** A version that its trainer stands by, and that answers class 0 where others answer 2. */
    private Published turned(long version) {
        float[] weights = versions.weights(version);
        int bias = ParameterLayout.of(versions.spec()).bias(1).offset();
        weights[bias] += 1;
        List<Float> answer = new ArrayList<>();
        for (int c = 0; c < Versions.CLASSES; c++) {
            answer.add(weights[bias + c]);
        }
        Published published = versions.version(version, weights);
        published.manifest().setExpectedLogits(List.of(answer, answer));
        return published;
    }

    private void publish(Published version) {
        registry.publish(version);
        follower.doWork();
    }

    private void ask(int requests) throws InterruptedException {
        for (int i = 0; i < requests; i++) {
            clock.advance(BETWEEN_REQUESTS);
            ServingModel model = slot.current().orElseThrow();
            answers.answered(model, Optional.empty(), 1, new byte[4], new float[3], 1000);
            stage.doWork();
        }
    }

    private long served() {
        return slot.current().map(ServingModel::version).orElse(0L);
    }

    /** As "version VERDICT", since the last call. */
    private List<String> verdicts() throws InterruptedException {
        return statuses().map(s -> s.getCandidateVersion() + " " + s.getVerdict()).toList();
    }

    private Stream<GatewayStatus> statuses() throws InterruptedException {
        Stream.Builder<GatewayStatus> statuses = Stream.builder();
        for (Optional<Reports.Report> next = reports.take(Duration.ZERO);
                next.isPresent();
                next = reports.take(Duration.ZERO)) {
            statuses.add(((Reports.Report.Status) next.get()).status());
        }
        return statuses.build();
    }

    @Test
    void takesABadVersionBackReportsItAndDoesNotTryItAgain() throws Exception {
        // Given
        publish(versions.version(1));
        publish(turned(2));
        assertThat(served()).isEqualTo(2);
        assertThat(verdicts()).containsExactly("1 ACCEPTED", "2 ACCEPTED");

        // When
        ask(10);

        // Then it is gone before the follower's next turn, and stays gone
        assertThat(served()).isEqualTo(1);
        follower.doWork();
        follower.doWork();
        assertThat(served()).isEqualTo(1);
        assertThat(state).startsWith("version 2 was taken back: ");
        List<GatewayStatus> told = statuses().toList();
        assertThat(told).hasSize(1);
        assertThat(told.get(0).getVerdict()).isEqualTo(Verdict.ROLLED_BACK);
        assertThat(told.get(0).getCandidateVersion()).isEqualTo(2);
        assertThat(told.get(0).getServedVersion()).isEqualTo(1);
        assertThat(told.get(0).getReason()).contains("guard.max-distance");

        // And a start from disk would begin with the good one, also after a crash
        assertThat(disk.load())
                .isInstanceOfSatisfying(
                        LastGoodModel.Found.Good.class,
                        good -> assertThat(good.model().manifest().getVersion()).isEqualTo(1));
    }

    @Test
    void aVersionIsFreedWhenNoWayLeadsBackToIt() throws Exception {
        // Given a version that is watched beside the one before
        publish(versions.version(1));
        ServingModel first = slot.current().orElseThrow();
        publish(versions.version(2));
        ServingModel second = slot.current().orElseThrow();
        assertThat(isFreed(first)).isFalse();

        // When its watch is over
        ask(10);
        clock.advance(Duration.ofSeconds(10));
        ask(1);

        // Then
        assertThat(isFreed(first)).isTrue();
        publish(versions.version(3));
        assertThat(isFreed(second)).isFalse();
        guard.close();
        assertThat(isFreed(second)).isTrue();
        assertThat(slot.current()).isEmpty();
    }

    private static boolean isFreed(ServingModel model) {
        if (model.hold()) {
            model.letGo();
            return false;
        }
        return true;
    }

    @Test
    void triesWhatComesAfterAWayBackFirstAndServesTheFirstGoodOne() throws Exception {
        // Given
        publish(versions.version(1));
        publish(turned(2));
        ask(10);

        // When a successor as bad comes
        publish(turned(3));
        assertThat(state).isEqualTo("version 3 is in its shadow trial");
        ask(10);
        follower.doWork();

        // Then it is refused without having been served
        assertThat(served()).isEqualTo(1);
        assertThat(verdicts())
                .containsExactly("1 ACCEPTED", "2 ACCEPTED", "2 ROLLED_BACK", "3 REJECTED");

        // When a good one comes, and another one during its trial
        publish(versions.version(4));
        publish(versions.version(5));
        ask(10);
        assertThat(served()).isEqualTo(1);
        follower.doWork();

        // Then it is served, and the next one after it at once
        assertThat(served()).isEqualTo(4);
        follower.doWork();
        assertThat(served()).isEqualTo(5);
    }

    @Test
    void servesAVersionThatWasTakenBackWhenAnOperatorOrdersIt() throws Exception {
        // Given
        publish(versions.version(1));
        publish(turned(2));
        ask(10);
        follower.doWork();
        assertThat(served()).isEqualTo(1);

        // When
        registry.add(new OverrideSet(2, 1));
        follower.doWork();
        ask(100);

        // Then
        assertThat(served()).isEqualTo(2);
    }

    @Test
    void endsATrialWhenAnOperatorOrdersAnotherVersion() throws Exception {
        // Given
        start("shadow=1h");
        publish(versions.version(1));
        publish(versions.version(2));
        assertThat(state).isEqualTo("version 2 is in its shadow trial");
        registry.publishOnly(versions.version(3));

        // When
        registry.add(new OverrideSet(3, 1));
        follower.doWork();

        // Then
        assertThat(served()).isEqualTo(3);
    }

    @Test
    void servesACandidateAfterItsShadowTrialWithTheRemarkThatNobodyAsked() throws Exception {
        // Given
        start("shadow=5s");
        publish(versions.version(1));
        publish(versions.version(2));

        // When
        clock.advance(Duration.ofSeconds(5));
        follower.doWork();

        // Then
        assertThat(served()).isEqualTo(2);
        assertThat(statuses().toList().get(1).getReason()).startsWith("only 0 live requests");
    }

    @Test
    void goesOnWhenAWayBackEndsTheTrialOfTheNextVersion() throws Exception {
        // Given a version that is watched while the next one is tried
        start("shadow=5s");
        publish(versions.version(1));
        publish(turned(2));
        clock.advance(Duration.ofSeconds(5));
        follower.doWork();
        assertThat(served()).isEqualTo(2);
        publish(versions.version(3));
        assertThat(state).isEqualTo("version 3 is in its shadow trial");

        // When the watched one is taken back
        ask(10);
        assertThat(served()).isEqualTo(1);
        follower.doWork();
        follower.doWork();

        // Then the next one is tried again, beside the good one
        assertThat(state).isEqualTo("version 3 is in its shadow trial");
        clock.advance(Duration.ofSeconds(10));
        follower.doWork();
        assertThat(served()).isEqualTo(3);
        assertThat(verdicts())
                .containsExactly("1 ACCEPTED", "2 ACCEPTED", "2 ROLLED_BACK", "3 ACCEPTED");
    }

    @Test
    void writesTheWayBackToDiskWhileTheRegistryIsAway() throws Exception {
        // Given
        publish(versions.version(1));
        publish(turned(2));
        registry.away(true);

        // When
        ask(10);
        assertThat(served()).isEqualTo(1);
        follower.doWork();

        // Then
        assertThat(verdicts()).containsExactly("1 ACCEPTED", "2 ACCEPTED", "2 ROLLED_BACK");
        assertThat(versionOnDisk()).isEqualTo(1);
    }

    @Test
    void doesNotWriteATakenBackVersionWhenItIsClosed() throws Exception {
        // Given
        publish(versions.version(1));
        publish(turned(2));

        // When
        ask(10);
        assertThat(served()).isEqualTo(1);
        follower.close();

        // Then
        assertThat(versionOnDisk()).isEqualTo(1);
    }

    private long versionOnDisk() {
        LastGoodModel.Found.Good good = (LastGoodModel.Found.Good) disk.load();
        return good.model().manifest().getVersion();
    }
}
