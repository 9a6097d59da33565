package io.decant.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.MetricPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LimitTest {
    private static final double SECONDS = 10;

    /** Two points of a process, ten seconds apart. */
    private static List<MetricPoint> process(
            String service, Map<String, Double> spent, double records, double lag, double grown) {
        Map<String, Double> first = new HashMap<>();
        Map<String, Double> last = new HashMap<>();
        spent.forEach(
                (doing, share) -> {
                    first.put("work_seconds." + doing, 100.0);
                    last.put("work_seconds." + doing, 100 + share * SECONDS);
                });
        first.put("work_records", 1_000.0);
        last.put("work_records", 1_000 + records);
        first.put("lag_records", lag - grown);
        last.put("lag_records", lag);
        last.put("lag_seconds", lag > 0 ? 5.0 : 0.0);
        first.put("ready", 1.0);
        last.put("ready", 1.0);
        return List.of(point(service, 0, first), point(service, (long) (SECONDS * 1e3), last));
    }

    private static MetricPoint point(String service, long atMillis, Map<String, Double> values) {
        return new MetricPoint(service, service, service + "-1", 0L, atMillis, values, List.of());
    }

    private static List<MetricPoint> all(List<List<MetricPoint>> processes) {
        List<MetricPoint> points = new ArrayList<>();
        processes.forEach(points::addAll);
        return points;
    }

    private static Limit limit(List<MetricPoint> points, long live) {
        return Limit.of(StageLoad.of(points), Map.of("gateway", live));
    }

    private static final Map<String, Double> IDLE = Map.of("wait_input", 0.9, "work", 0.1);
    private static final Map<String, Double> FULL = Map.of("wait_input", 0.02, "work", 0.98);

    @Test
    void aStageThatIsBusyAllTheTimeAndBehindLimits() {
        // Given
        List<MetricPoint> points =
                all(
                        List.of(
                                process("teacher", FULL, 5_000, 20_000, 10_000),
                                process("joiner", IDLE, 5_000, 0, 0)));

        // When
        Limit limit = limit(points, 0);

        // Then
        assertThat(limit.stage()).contains("teacher");
        assertThat(limit.sentence())
                .isEqualTo(
                        "the teacher limits throughput: busy 98 % of the time, mostly working, it takes 510 records a second at most, and 20,000 wait (5.0 s)");
        assertThat(limit.knob()).contains("start another teacher process");
    }

    @Test
    void aStageThatIsBusyAndNotBehindDoesNot() {
        assertThat(limit(process("teacher", FULL, 5_000, 0, 0), 0).stage()).isEmpty();
    }

    @Test
    void aStageThatIsBehindAndGainsGroundCatchesUp() {
        // When
        Limit limit = limit(process("joiner", IDLE, 5_000, 20_000, -10_000), 0);

        // Then
        assertThat(limit.stage()).isEmpty();
        assertThat(limit.sentence())
                .isEqualTo(
                        "nothing is limiting: the joiner catches up, 20,000 records wait, 10,000 fewer than before");
    }

    @Test
    void aStageThatLosesGroundAndHasTimeIsHeldUpByItsInput() {
        // When
        Limit limit = limit(process("joiner", IDLE, 5_000, 20_000, 10_000), 0);

        // Then
        assertThat(limit.stage()).contains("joiner");
        assertThat(limit.sentence()).contains("its input comes too slowly");
        assertThat(limit.knob()).contains("network");
    }

    @Test
    void theKnobFollowsFromWhatTheTimeWasSpentOn() {
        assertThat(
                        limit(
                                        process(
                                                "trainer",
                                                Map.of("work", 0.1, "wait_output", 0.88),
                                                500,
                                                9_000,
                                                5_000),
                                        0)
                                .knob())
                .contains("publish.interval");
        assertThat(
                        limit(
                                        process(
                                                "teacher",
                                                Map.of("work", 0.1, "rest", 0.88),
                                                500,
                                                9_000,
                                                5_000),
                                        0)
                                .knob())
                .contains("device-share");
    }

    @Test
    void aGatewayThatFetchesAllTheTimeAndServesAnOldVersionLimitsFreshness() {
        // Given
        List<MetricPoint> points =
                new ArrayList<>(
                        process("gateway", Map.of("wait_input", 0.05, "fetch", 0.93), 3, 0, 0));
        points.add(point("gateway", 9_000, Map.of("served_version", 4.0)));

        // When, then
        assertThat(limit(points, 9).stage()).contains("gateway");
        assertThat(limit(points, 9).sentence()).contains("serves version 4 while 9 is live");
        assertThat(limit(points, 9).knob()).contains("reload.max-bytes-per-second");
        assertThat(limit(points, 4).stage()).isEmpty();
    }

    @Test
    void whoIsPausedIsNamedBeforeEverythingElse() {
        // Given
        List<MetricPoint> points = process("teacher", IDLE, 0, 20_000, 10_000);
        points.forEach(point -> point.getValues().put("paused", 1.0));

        // When, then
        assertThat(limit(points, 0).stage()).contains("teacher");
        assertThat(limit(points, 0).knob()).isEqualTo("decant resume teacher");
    }

    @Test
    void withoutPointsItSaysWhatIsMissing() {
        assertThat(limit(List.of(), 0).sentence()).contains("no service has written its load");
    }
}
