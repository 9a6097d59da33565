package io.decant.trainer.learn;

import io.decant.trainer.drift.DriftWatch;
import io.decant.trainer.drift.Signal;

/** A drift watch as numbers of the state. <i>Thread-safe: all methods are pure.</i> */
final class SavedDrift {
    private static final String NAME = "drift";
    private static final String DETECTOR = NAME + ".detector";

    private SavedDrift() {}

    static void save(DriftWatch watch, StateWriter state) {
        state.text(DETECTOR, watch.detector());
        state.longs(NAME, watch.save());
        for (Signal signal : Signal.values()) {
            state.longs(name(signal), watch.save(signal));
        }
    }

    /** A state of another detector tells this one nothing: it begins anew. */
    static void restore(DriftWatch watch, LearnerState state) {
        watch.restore(state.longs(NAME));
        if (state.text(DETECTOR).equals(watch.detector())) {
            for (Signal signal : Signal.values()) {
                watch.restore(signal, state.longs(name(signal)));
            }
        }
    }

    private static String name(Signal signal) {
        return NAME + "." + signal.text();
    }
}
