package io.decant.follower.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.follower.registry.Follow;
import io.decant.follower.registry.RegistryEvent;
import io.decant.follower.registry.RegistryEvent.LiveSet;
import io.decant.follower.registry.RegistryEvent.OverrideSet;
import io.decant.follower.registry.RegistryEvent.VersionPublished;
import io.decant.follower.registry.RegistryView;
import io.decant.follower.registry.RegistryView.Wanted;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.WeightEncoding;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReloadPlannerTest {
    private final ReloadPlanner planner = new ReloadPlanner(Versions.PARTITION, 1 << 20);
    private final RegistryView view = new RegistryView(10, SignaturePolicy.ACCEPT, Follow.LIVE);

    private CheckpointManifest published(long version) {
        CheckpointManifest manifest = Versions.small().version(version).manifest();
        apply(new VersionPublished(Versions.record(manifest)));
        return manifest;
    }

    private ReloadPlan plan(CheckpointManifest serving, VersionId refused) {
        view.complete();
        HighestSeen seen = HighestSeen.NOTHING;
        return planner.plan(
                new Standing(
                        Optional.ofNullable(serving).map(VersionId::of),
                        Optional.ofNullable(refused)
                                .map(id -> new Standing.Refusal(id, view.wanted(seen).get())),
                        Optional.empty(),
                        Set.of(),
                        seen),
                view);
    }

    private void apply(RegistryEvent event) {
        view.apply(event, HighestSeen.NOTHING);
    }

    @Test
    void keepsWhatIsServedWhenNoVersionIsNamed() {
        // Given
        CheckpointManifest one = published(1);

        // When
        ReloadPlan plan = plan(one, null);

        // Then
        assertThat(plan).isEqualTo(new ReloadPlan.Keep());
    }

    @Test
    void keepsTheVersionThatIsServedAlready() {
        // Given
        CheckpointManifest one = published(1);
        apply(new LiveSet(1, 1));

        // When
        ReloadPlan plan = plan(one, null);

        // Then
        assertThat(plan).isEqualTo(new ReloadPlan.Keep());
    }

    @Test
    void loadsTheLiveVersionInOneStepHoweverManyWereMissed() {
        // Given
        CheckpointManifest one = published(1);
        published(2);
        CheckpointManifest three = published(3);
        apply(new LiveSet(3, 3));

        // When
        ReloadPlan plan = plan(one, null);

        // Then
        assertThat(plan)
                .isEqualTo(
                        new ReloadPlan.Load(
                                VersionId.of(three),
                                new Wanted(3, "@live", 3),
                                Versions.record(three),
                                false,
                                List.of(
                                        new ReloadPlan.Step(
                                                Versions.record(three), three.getForms().get(0)))));
    }

    @Test
    void goesBackWhenAnOperatorSaysSo() {
        // Given
        CheckpointManifest one = published(1);
        CheckpointManifest two = published(2);
        apply(new LiveSet(2, 2));
        apply(new OverrideSet(1, 1));

        // When
        ReloadPlan plan = plan(two, null);

        // Then
        assertThat(plan).isInstanceOf(ReloadPlan.Load.class);
        assertThat(((ReloadPlan.Load) plan).id()).isEqualTo(VersionId.of(one));
    }

    @Test
    void loadsAVersionOfTheSameNumberWithOtherWeights() {
        // Given a model that was started anew, and counts from 1 again
        CheckpointManifest served = Versions.small().version(1).manifest();
        CheckpointManifest other = Versions.small().version(1, new float[43]).manifest();
        apply(new VersionPublished(Versions.record(other)));
        apply(new LiveSet(1, 1));

        // When
        ReloadPlan plan = plan(served, null);

        // Then
        assertThat(plan).isInstanceOf(ReloadPlan.Load.class);
    }

    @Test
    void doesNotTryARefusedVersionAgain() {
        // Given
        CheckpointManifest one = published(1);
        CheckpointManifest two = published(2);
        apply(new LiveSet(2, 2));

        // When
        ReloadPlan plan = plan(one, VersionId.of(two));

        // Then
        assertThat(plan).isEqualTo(new ReloadPlan.Keep());
    }

    @Test
    void refusesAVersionThatTheRegistryDoesNotHoldUntilItDoes() {
        // Given
        CheckpointManifest one = published(1);
        apply(new OverrideSet(9, 1));
        ReloadPlan missing = plan(one, null);

        // When
        published(9);
        ReloadPlan there = plan(one, VersionId.missing(9));

        // Then
        assertThat(missing)
                .isEqualTo(
                        new ReloadPlan.Reject(
                                VersionId.missing(9),
                                new Wanted(9, "@override", 1),
                                "@override asks for version 9, which the registry does not hold"));
        assertThat(there).isInstanceOf(ReloadPlan.Load.class);
    }

    private static Stream<Arguments> unusable() {
        return Stream.of(
                row(form -> form.setForm(FormKind.DELTA), "no unbroken way leads to its weights"),
                row(form -> form.setForm(FormKind.UNKNOWN), "offered as UNKNOWN/F32"),
                row(form -> form.setEncoding(WeightEncoding.UNKNOWN), "ANCHOR/UNKNOWN"),
                row(form -> form.setBytes(0), "0 bytes; expected 1 to"),
                row(form -> form.setBytes((1 << 20) + 1), "reload.max-model-bytes = 1048576"),
                row(form -> form.getChunks().setPartition(0), "partition 0; expected"),
                row(form -> form.getChunks().setFrom(-1), "offsets -1 to"),
                row(form -> form.getChunks().setTo(0), "cannot hold"),
                row(form -> form.setChunkDigests(List.of()), "at least one"),
                row(
                        form ->
                                form.setChunkDigests(
                                        new ArrayList<>(List.of(ByteBuffer.allocate(8)))),
                        "must be SHA-256"));
    }

    private static Arguments row(Consumer<CheckpointForm> change, String reason) {
        return Arguments.of(change, reason);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("unusable")
    void refusesAManifestThatItCannotUseAndSaysWhy(Consumer<CheckpointForm> change, String reason) {
        // Given
        CheckpointManifest one = published(1);
        change.accept(one.getForms().get(0));
        apply(new LiveSet(1, 1));

        // When
        ReloadPlan plan = plan(null, null);

        // Then
        assertThat(plan).isInstanceOf(ReloadPlan.Reject.class);
        assertThat(((ReloadPlan.Reject) plan).reason()).contains(reason);
    }

    @Test
    void refusesAManifestWithoutItsDigests() {
        // Given
        published(1).setWeightsDigest(ByteBuffer.allocate(0));
        apply(new LiveSet(1, 1));

        // When
        ReloadPlan plan = plan(null, null);

        // Then
        assertThat(plan).isInstanceOf(ReloadPlan.Reject.class);
    }
}
