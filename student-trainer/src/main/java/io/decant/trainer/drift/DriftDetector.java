package io.decant.trainer.drift;

/**
 * Watches numbers in [0, 1] for a rise of their mean; a fall is no drift, but learning. What it
 * remembers is a list of numbers, so that it can be part of a state. <i>Owned by one thread.</i>
 */
sealed interface DriftDetector permits Adwin, Ddm, PageHinkley {
    /**
     * Takes the next value in.
     *
     * @param value in [0, 1]
     * @return by how much the mean has risen, above 0, when a rise is noticed; else 0
     */
    double add(double value);

    /** Everything that it remembers. */
    long[] save();

    /** Goes on from what {@link #save} of a detector with the same settings gave. */
    void restore(long[] saved);

    /** A new detector of the kind and the numbers that are set; never called when it is off. */
    static DriftDetector of(DriftSettings settings) {
        return switch (settings.detector()) {
            case ADWIN -> new Adwin(settings.delta(), settings.clock());
            case DDM -> new Ddm(settings.ddmDeviations());
            case PAGE_HINKLEY ->
                    new PageHinkley(
                            settings.pageHinkleyDelta(),
                            settings.pageHinkleyThreshold(),
                            settings.pageHinkleyFading());
            case OFF -> throw new IllegalArgumentException("drift.detector is off");
        };
    }
}
