package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a user may set about the streams of a scenario; what is empty the scenario computes from the
 * data set. <i>Immutable.</i>
 *
 * @param samples of a stream, at least 1
 * @param labels share of samples that are labelled, 0 to 1
 * @param switchAt positions in the stream at which something changes, ascending
 * @param classes that the scenario is about
 * @param shares of noise, labels, answers or classes: what the scenario varies, 0 to 1
 * @param ahead samples that may be under way: produced, but not learned; at least 32
 */
public record Asked(
        OptionalInt samples,
        OptionalDouble labels,
        List<Integer> switchAt,
        List<Integer> classes,
        List<Double> shares,
        int ahead) {
    private static final int BATCH = 32;

    public Asked {
        switchAt = List.copyOf(switchAt);
        classes = List.copyOf(classes);
        shares = List.copyOf(shares);
        List<String> problems = new ArrayList<>();
        if (samples.isPresent() && samples.getAsInt() < 1) {
            problems.add("--samples must be at least 1, was " + samples.getAsInt());
        }
        if (labels.isPresent() && !isShare(labels.getAsDouble())) {
            problems.add(
                    "--labels must be all, none or a share between 0 and 1, was "
                            + labels.getAsDouble());
        }
        if (!switchAt.stream().allMatch(position -> position > 0)
                || !switchAt.equals(switchAt.stream().distinct().sorted().toList())) {
            problems.add("--switch-at must be positions above 0, ascending, was " + switchAt);
        }
        if (classes.stream().distinct().count() < classes.size()
                || classes.stream().anyMatch(each -> each < 0)) {
            problems.add("--classes must be different classes, from 0, was " + classes);
        }
        if (!shares.stream().allMatch(Asked::isShare)) {
            problems.add("--shares must be numbers between 0 and 1, was " + shares);
        }
        if (ahead < BATCH) {
            problems.add("--ahead must be at least " + BATCH + " samples, was " + ahead);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }
}
