package io.decant.follower.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.Versions;
import io.decant.follower.Versions.Published;
import io.decant.follower.registry.RegistryEvent.LiveRemoved;
import io.decant.follower.registry.RegistryEvent.LiveSet;
import io.decant.follower.registry.RegistryEvent.OverrideRemoved;
import io.decant.follower.registry.RegistryEvent.OverrideSet;
import io.decant.follower.registry.RegistryEvent.VersionPublished;
import io.decant.follower.registry.RegistryEvent.VersionRemoved;
import io.decant.follower.registry.RegistryView.Wanted;
import io.decant.follower.reload.HighestSeen;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.records.GateOutcome;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RegistryViewTest {
    private static Stream<Arguments> rows() {
        return Stream.of(
                row("nothing names a version", null),
                row("@live is served", wanted(7, "@live"), new LiveSet(7, 1)),
                row("@live moves on", wanted(8, "@live"), new LiveSet(7, 1), new LiveSet(8, 2)),
                row(
                        "@live moves back by a newer record",
                        wanted(7, "@live"),
                        new LiveSet(8, 1),
                        new LiveSet(7, 2)),
                row(
                        "an old @live record does not turn it back",
                        wanted(8, "@live"),
                        new LiveSet(8, 2),
                        new LiveSet(7, 1)),
                row("a removed @live names nothing", null, new LiveSet(7, 1), new LiveRemoved()),
                row(
                        "@override wins over a newer @live",
                        wanted(3, "@override"),
                        new OverrideSet(3, 1),
                        new LiveSet(9, 100)),
                row(
                        "a removed @override gives way to @live",
                        wanted(9, "@live"),
                        new LiveSet(9, 1),
                        new OverrideSet(3, 1),
                        new OverrideRemoved()),
                row(
                        "an @override of version 0 is lifted",
                        wanted(9, "@live"),
                        new LiveSet(9, 1),
                        new OverrideSet(3, 1),
                        new OverrideSet(0, 2)),
                row(
                        "an old @override record does not turn it back",
                        wanted(4, "@override"),
                        new OverrideSet(4, 2),
                        new OverrideSet(3, 1)),
                row(
                        "after a removal sequences may start anew",
                        wanted(5, "@override"),
                        new OverrideSet(4, 9),
                        new OverrideRemoved(),
                        new OverrideSet(5, 1)));
    }

    private static Wanted wanted(long version, String by) {
        return new Wanted(version, by, 0);
    }

    private static Optional<String> apply(RegistryView view, RegistryEvent event) {
        return view.apply(event, HighestSeen.NOTHING);
    }

    private static Arguments row(String name, Wanted wanted, RegistryEvent... events) {
        return Arguments.of(name, wanted, List.of(events));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void namesTheVersionToServe(String name, Wanted wanted, List<RegistryEvent> events) {
        // Given
        RegistryView view = new RegistryView(10, SignaturePolicy.ACCEPT, Follow.LIVE);

        // When
        events.forEach(event -> apply(view, event));

        // Then
        view.complete();
        assertThat(
                        view.wanted(HighestSeen.NOTHING)
                                .map(now -> new Wanted(now.version(), now.by(), 0)))
                .isEqualTo(Optional.ofNullable(wanted));
    }

    @Test
    void aCanaryWantsTheNewestVersionThatTheGateDidNotRefuse() {
        // Given versions 1 to 4, of which the gate refused 4 and advised against 3; 1 is live
        RegistryView view = new RegistryView(10, SignaturePolicy.ACCEPT, Follow.NEWEST);
        List<GateOutcome> outcomes =
                List.of(
                        GateOutcome.OFF,
                        GateOutcome.PASSED,
                        GateOutcome.ADVISED_AGAINST,
                        GateOutcome.REFUSED);
        for (int i = 0; i < outcomes.size(); i++) {
            Published version = Versions.small().version(i + 1);
            version.manifest().setGate(outcomes.get(i));
            apply(view, new VersionPublished(version.record()));
        }
        apply(view, new LiveSet(1, 8));
        HighestSeen seen = HighestSeen.NOTHING.live(8);

        // When, then
        assertThat(view.wanted(seen)).hasValue(new Wanted(3, "follow: newest", 8));

        // When an operator orders another one
        apply(view, new OverrideSet(2, 1));

        // Then
        assertThat(view.wanted(seen)).hasValue(new Wanted(2, "@override", 1));
    }

    @Test
    void knowsTheNewestManifestWhicheverIsLive() {
        // Given
        RegistryView view = new RegistryView(10, SignaturePolicy.ACCEPT, Follow.LIVE);
        boolean before = view.newestManifest().isPresent();
        apply(view, new VersionPublished(Versions.small().version(2).record()));
        apply(view, new LiveSet(1, 8));

        // When
        view.applyOlder(new VersionPublished(Versions.small().version(1).record()));

        // Then
        assertThat(before).isFalse();
        assertThat(view.newestManifest()).map(ManifestRecord::version).hasValue(2L);
    }

    @Test
    void remembersManifestsUntilTheyAreRemoved() {
        // Given
        RegistryView view = new RegistryView(10, SignaturePolicy.ACCEPT, Follow.LIVE);
        apply(view, new VersionPublished(Versions.small().version(1).record()));
        apply(view, new VersionPublished(Versions.small().version(2).record()));

        // When
        apply(view, new VersionRemoved(1));

        // Then
        assertThat(view.manifest(1)).isEmpty();
        assertThat(view.manifest(2)).isPresent();
    }

    @Test
    void forgetsTheOldestManifestThatNobodyPointsToWhenItIsFull() {
        // Given a view of three that knows 1 to 3, with 1 overridden to
        RegistryView view = new RegistryView(3, SignaturePolicy.ACCEPT, Follow.LIVE);
        apply(view, new OverrideSet(1, 1));
        for (long version = 1; version <= 3; version++) {
            apply(view, new VersionPublished(Versions.small().version(version).record()));
        }

        // When
        apply(view, new VersionPublished(Versions.small().version(4).record()));

        // Then
        assertThat(view.manifests().size()).isEqualTo(3);
        assertThat(view.manifest(1)).isPresent();
        assertThat(view.manifest(2)).isEmpty();
    }
}
