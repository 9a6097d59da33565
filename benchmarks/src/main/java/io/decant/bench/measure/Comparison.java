package io.decant.bench.measure;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * A table of what one unit of work takes each contender, and how many times what it takes the one
 * that all are compared with. Each turn of a contender does the same number of units.
 * <i>Immutable.</i>
 *
 * @param unit what is counted, in the singular: {@code copy}
 * @param units how many of them a turn does
 * @param yardstick the contender that the others are divided by
 */
public record Comparison(String unit, int units, String yardstick, int repetitions) {
    private static final int WARM_UP_TURNS = 3;

    /** Lets the contenders take turns and prints the table. */
    public void print(PrintStream out, Map<String, Runnable> contenders) {
        Map<String, Supplier<Timing>> turns = new LinkedHashMap<>();
        contenders.forEach((name, work) -> turns.put(name, () -> Timing.of(work)));
        Repetitions.inTurn(WARM_UP_TURNS, turns);
        Map<String, List<Timing>> timings = Repetitions.inTurn(repetitions, turns);
        out.printf(
                "%-32s %-30s %-30s %s%n",
                "turns of " + units, "CPU ns a " + unit, "wall ns a " + unit, "CPU / " + yardstick);
        timings.forEach(
                (name, own) ->
                        out.printf(
                                Locale.ROOT,
                                "%-32s %-30s %-30s %s%n",
                                name,
                                Spread.of(nanos(own, Timing::cpuNanos)).text(0),
                                Spread.of(nanos(own, Timing::wallNanos)).text(0),
                                Spread.ofRatios(
                                                nanos(own, Timing::cpuNanos),
                                                nanos(timings.get(yardstick), Timing::cpuNanos))
                                        .text(2)));
    }

    private List<Double> nanos(List<Timing> turns, ToLongFunction<Timing> figure) {
        return turns.stream().map(turn -> (double) figure.applyAsLong(turn) / units).toList();
    }
}
