package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import java.util.List;
import java.util.function.Function;

/**
 * How a figure comes out of an observation. <i>Immutable.</i>
 *
 * @param of gives null or NaN when it cannot be measured
 */
record Measure(Figure figure, Function<Observation, Double> of) {
    static final Measure HOLDOUT = new Measure(Figure.HOLDOUT, seen -> seen.holdout().accuracy());
    static final Measure SHADOW =
            new Measure(
                    Figure.SHADOW,
                    seen -> seen.shadowHoldout().map(Answers::accuracy).orElse(null));
    static final Measure GAP =
            new Measure(
                    Figure.GAP,
                    seen ->
                            seen.shadowHoldout()
                                    .map(shadow -> seen.holdout().accuracy() - shadow.accuracy())
                                    .orElse(null));
    static final Measure TEACHER =
            new Measure(Figure.TEACHER, seen -> seen.teacherHoldout().accuracy());
    static final Measure PREQUENTIAL = new Measure(Figure.PREQUENTIAL, seen -> seen.prequential());
    static final Measure SHADOW_PREQUENTIAL =
            new Measure(
                    Figure.SHADOW_PREQUENTIAL,
                    seen ->
                            seen.plan().labels() == 0
                                    ? null
                                    : seen.shadowPrequential(0, seen.plan().samples()));
    static final Measure CALIBRATION =
            new Measure(Figure.CALIBRATION, seen -> seen.holdout().calibrationError());
    static final Measure SHADOW_CALIBRATION =
            new Measure(
                    Figure.SHADOW_CALIBRATION,
                    seen -> seen.shadowHoldout().map(Answers::calibrationError).orElse(null));
    static final Measure ASKED = new Measure(Figure.ASKED, seen -> seen.stream().asked());
    static final Measure RATE =
            new Measure(Figure.RATE, seen -> seen.plan().samples() / seen.stream().seconds());

    /** What every report holds, whatever the scenario is about. */
    static final List<Measure> COMMON =
            List.of(
                    HOLDOUT,
                    SHADOW,
                    GAP,
                    TEACHER,
                    PREQUENTIAL,
                    SHADOW_PREQUENTIAL,
                    CALIBRATION,
                    SHADOW_CALIBRATION,
                    ASKED,
                    RATE);
}
