package io.decant.cli.scenario;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Data sets without any data. <i>Thread-safe.</i> */
final class Givens {
    static final int CLASSES = 7;
    static final int SAMPLES = 4200;

    /** The first index that may be streamed. */
    static final int FIRST = 100;

    static final Asked NOTHING =
            new Asked(
                    OptionalInt.empty(),
                    OptionalDouble.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    500);

    private Givens() {}

    /** Classes take turns; the first hundred samples are the teacher's. */
    static Given of(long seed, Asked asked) {
        return new Given(
                CLASSES,
                IntStream.range(0, FIRST + SAMPLES).map(i -> i % CLASSES).toArray(),
                IntStream.range(FIRST, FIRST + SAMPLES).boxed().toList(),
                seed,
                asked);
    }

    static Given of(Asked asked) {
        return of(3, asked);
    }

    static Asked switchAt(Integer... positions) {
        return new Asked(
                OptionalInt.empty(),
                OptionalDouble.empty(),
                List.of(positions),
                List.of(),
                List.of(),
                500);
    }

    static Asked classes(Integer... classes) {
        return new Asked(
                OptionalInt.empty(),
                OptionalDouble.empty(),
                List.of(),
                List.of(classes),
                List.of(),
                500);
    }
}
