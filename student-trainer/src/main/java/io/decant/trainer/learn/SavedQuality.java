package io.decant.trainer.learn;

import io.decant.trainer.quality.QualityWindow;

/** A quality window as numbers of the state. <i>Thread-safe: all methods are pure.</i> */
final class SavedQuality {
    private static final String WINDOW = "quality.window";
    private static final String SHAPE = "quality.shape";
    private static final String SLICES = "quality.slices";

    private SavedQuality() {}

    static void save(QualityWindow window, StateWriter state) {
        if (window.isOn()) {
            state.text(SHAPE, window.shape());
            state.text(SLICES, window.saveNames());
            state.longs(WINDOW, window.save());
        }
    }

    /** A state without a window, or with another kind of window: it begins anew. */
    static void restore(QualityWindow window, LearnerState state) {
        if (window.isOn() && state.has(WINDOW) && state.text(SHAPE).equals(window.shape())) {
            window.restore(state.text(SLICES), state.longs(WINDOW));
        }
    }
}
