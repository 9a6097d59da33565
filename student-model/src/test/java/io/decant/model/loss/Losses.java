package io.decant.model.loss;

import java.util.stream.Stream;

/** Every loss, with weights that are not all 1. */
public final class Losses {
    private Losses() {}

    public static Stream<TeacherLoss> all() {
        return Stream.of(
                new Kd(),
                new LogitStandardisation(),
                new Dkd(2),
                new Dkd(0.5),
                new Dist(2, 2),
                new Dist(1, 0.25),
                new LogitMse(),
                new ReverseKl(),
                new Jsd());
    }
}
