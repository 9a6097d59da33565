package io.decant.pipeline.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as one reads and writes them: a whole number and a unit, {@code 200ms, 10s, 5m, 2h} or
 * {@code 7d}. <i>Thread-safe: all methods are pure.</i>
 */
final class TimeText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(ms|s|m|h|d)");
    private static final Map<String, Long> UNIT_MILLIS =
            Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private TimeText() {}

    /** The duration; empty if the text has another form or is longer than 292 million years. */
    static Optional<Duration> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            long number = Long.parseLong(matcher.group(1));
            return Optional.of(
                    Duration.ofMillis(
                            Math.multiplyExact(number, UNIT_MILLIS.get(matcher.group(2)))));
        } catch (ArithmeticException tooLong) {
            return Optional.empty();
        }
    }

    /** The duration in the largest unit that divides it; parts of a millisecond are left out. */
    static String of(Duration duration) {
        long millis = duration.toMillis();
        Map<Long, String> largestFirst = new TreeMap<>((a, b) -> Long.compare(b, a));
        UNIT_MILLIS.forEach((unit, size) -> largestFirst.put(size, unit));
        return largestFirst.entrySet().stream()
                .filter(unit -> millis != 0 && millis % unit.getKey() == 0)
                .findFirst()
                .map(unit -> millis / unit.getKey() + unit.getValue())
                .orElse("0ms");
    }
}
