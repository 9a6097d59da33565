package io.decant.it.crash;

import io.decant.pipeline.failpoint.FailPoint;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One kill: who, where, and whether the next one waits until the pipeline works again.
 * <i>Immutable.</i>
 *
 * @param victims one, or two that die together; with a fail-point the first is the one that reaches
 *     it
 * @param settles whether a version is awaited before the next kill; otherwise that one may hit a
 *     pipeline that is still recovering
 */
record Kill(List<Victim> victims, Place place, boolean settles) {
    Kill {
        victims = List.copyOf(victims);
    }

    /** When a victim dies. */
    sealed interface Place {
        /** What the table calls it. */
        String label();

        /** When it comes by a fail-point. */
        record At(FailPoint point) implements Place {
            @Override
            public String label() {
                return point.label().substring(point.label().indexOf('.') + 1);
            }
        }

        /** Some time after the kill before. */
        record After(Duration delay) implements Place {
            @Override
            public String label() {
                return "any time";
            }
        }
    }

    /** Who dies, as the table says it. */
    String who() {
        return victims.stream().map(Victim::label).collect(Collectors.joining(" + "));
    }
}
