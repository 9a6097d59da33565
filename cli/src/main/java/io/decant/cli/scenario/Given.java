package io.decant.cli.scenario;

import io.decant.cli.CommandFailure;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a scenario makes its streams from. <i>Immutable by convention: nobody writes to the
 * array.</i>
 *
 * @param classes number of classes
 * @param classOf class of each training sample, [samples in the files]
 * @param candidates indices of the training samples that may be streamed, in file order
 * @param seed of the order and of every choice in the stream
 */
record Given(int classes, int[] classOf, List<Integer> candidates, long seed, Asked asked) {

    /** Samples of a stream that leaves none out. */
    int samples() {
        return Math.min(candidates.size(), asked.samples().orElse(candidates.size()));
    }

    /**
     * Positions at which the stream changes: those that were asked for, else equal parts.
     *
     * @param count how many
     */
    List<Integer> switches(int count) {
        if (asked.switchAt().isEmpty()) {
            return IntStream.rangeClosed(1, count)
                    .mapToObj(i -> (int) ((long) samples() * i / (count + 1)))
                    .toList();
        }
        if (asked.switchAt().size() != count || asked.switchAt().get(count - 1) >= samples()) {
            throw new CommandFailure(
                    "--switch-at must name "
                            + count
                            + " positions below "
                            + samples()
                            + " for this scenario, was "
                            + asked.switchAt());
        }
        return asked.switchAt();
    }

    /** The classes that were asked for, else these. */
    List<Integer> classesOr(List<Integer> otherwise) {
        for (int each : asked.classes()) {
            if (each >= classes) {
                throw new CommandFailure(
                        "--classes must be below "
                                + classes
                                + ", the number of classes, was "
                                + asked.classes());
            }
        }
        return asked.classes().isEmpty() ? otherwise : asked.classes();
    }

    /** All classes, in order. */
    List<Integer> everyClass() {
        return IntStream.range(0, classes).boxed().toList();
    }

    /** The shares that were asked for, else these. */
    List<Double> sharesOr(Double... otherwise) {
        return asked.shares().isEmpty() ? List.of(otherwise) : asked.shares();
    }

    /**
     * Which class each becomes when neighbours in the list change places; a last one without a
     * neighbour stays, and so do classes that are not listed.
     *
     * @param paired classes, the first goes with the second, and so on
     */
    List<Integer> swapped(List<Integer> paired) {
        int[] becomes = IntStream.range(0, classes).toArray();
        for (int i = 0; i + 1 < paired.size(); i += 2) {
            becomes[paired.get(i)] = paired.get(i + 1);
            becomes[paired.get(i + 1)] = paired.get(i);
        }
        return IntStream.of(becomes).boxed().toList();
    }
}
