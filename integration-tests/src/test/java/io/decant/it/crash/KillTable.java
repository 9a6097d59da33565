package io.decant.it.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What was killed where, and what came of it. <i>Owned by the test's thread.</i> */
final class KillTable {
    private static final String LINE = "%-18s %-16s %6s %9s %22s  %s%n";

    /** One victim at one place. */
    private static final class Row {
        private int kills;
        private int versions;
        private final List<Duration> waits = new ArrayList<>();
        private boolean equal = true;
    }

    private final Map<String, Map<String, Row>> rows = new TreeMap<>();
    private int kills;

    /**
     * Adds the kills of one stream.
     *
     * @param equal whether everything that the stream left was as it must be
     */
    void add(List<CrashStream.Done> stream, boolean equal) {
        for (CrashStream.Done done : stream) {
            Row row =
                    rows.computeIfAbsent(done.kill().who(), who -> new LinkedHashMap<>())
                            .computeIfAbsent(done.kill().place().label(), place -> new Row());
            row.kills++;
            row.versions += done.versions();
            done.untilNextVersion().ifPresent(row.waits::add);
            row.equal &= equal;
            kills++;
        }
    }

    int kills() {
        return kills;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(
                LINE.formatted(
                        "victim", "place", "kills", "versions", "s to next version", "result"));
        rows.forEach(
                (who, places) ->
                        places.forEach(
                                (place, row) ->
                                        text.append(
                                                LINE.formatted(
                                                        who,
                                                        place,
                                                        row.kills,
                                                        row.versions,
                                                        waits(row.waits),
                                                        row.equal ? "all equal" : "DIFFERS"))));
        return text.toString();
    }

    private static String waits(List<Duration> waits) {
        List<Duration> sorted = waits.stream().sorted().toList();
        Optional<Duration> longest = sorted.stream().reduce((shorter, longer) -> longer);
        return longest.map(
                        most ->
                                "%.1f (most %.1f)"
                                        .formatted(
                                                seconds(sorted.get(sorted.size() / 2)),
                                                seconds(most)))
                .orElse("-");
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
