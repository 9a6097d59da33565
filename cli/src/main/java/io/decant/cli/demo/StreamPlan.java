package io.decant.cli.demo;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Which sample and which label is produced when: a pure function of the options, so that an
 * interrupted run can go on where it stopped. Sample ids are {@code <run>-<index in the training
 * files>}. <i>Immutable.</i>
 */
final class StreamPlan implements Iterable<StreamPlan.Event> {
    /** One record to produce. */
    sealed interface Event {
        /** The sample's index in the training files. */
        int index();

        /** A sample. */
        record SampleEvent(int index) implements Event {}

        /**
         * A label.
         *
         * @param classIndex what the label says, which noise may have changed
         */
        record LabelEvent(int index, int classIndex) implements Event {}
    }

    private final String run;
    private final int[] order;
    private final int[] classOf;
    private final int classCount;
    private final int labelDelay;
    private final double labelledShare;
    private final double labelNoise;
    private final long seed;

    /**
     * Plans a stream.
     *
     * @param candidates indices into the training files that may be streamed, in file order
     * @param classOf the class of each training sample, [samples in the files]
     */
    StreamPlan(
            String run,
            DemoOptions options,
            List<Integer> candidates,
            int[] classOf,
            int classCount) {
        this.run = run;
        this.classOf = classOf;
        this.classCount = classCount;
        this.labelDelay = options.labelDelay();
        this.labelledShare = options.labelledShare();
        this.labelNoise = options.labelNoise();
        this.seed = options.seed();
        int[] all = candidates.stream().mapToInt(Integer::intValue).toArray();
        if (options.shuffle()) {
            shuffle(all, new SplittableRandom(seed));
        }
        this.order =
                java.util.Arrays.copyOf(
                        all, Math.min(all.length, options.samples().orElse(all.length)));
    }

    /** Fisher and Yates' shuffle. */
    private static void shuffle(int[] values, SplittableRandom random) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    int samples() {
        return order.length;
    }

    /** Indices in the order in which they are streamed. */
    int[] order() {
        return order.clone();
    }

    String sampleId(int index) {
        return run + "-" + index;
    }

    /** The class that the sample's label names, or empty when the sample is not labelled. */
    OptionalInt label(int index) {
        SplittableRandom random = new SplittableRandom(seed ^ hash(sampleId(index)));
        if (random.nextDouble() >= labelledShare) {
            return OptionalInt.empty();
        }
        int truth = classOf[index];
        if (random.nextDouble() >= labelNoise) {
            return OptionalInt.of(truth);
        }
        // Another class, each equally likely.
        return OptionalInt.of((truth + 1 + random.nextInt(classCount - 1)) % classCount);
    }

    int labels() {
        int count = 0;
        for (int index : order) {
            count += label(index).isPresent() ? 1 : 0;
        }
        return count;
    }

    /** FNV-1a, 64 bits. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }

    /**
     * All records in the order of production: a sample, then the label that is due, and at the end
     * the labels left.
     */
    @Override
    public Iterator<Event> iterator() {
        return new Iterator<>() {
            private final List<Event> due = new ArrayList<>();
            private int position;

            @Override
            public boolean hasNext() {
                while (due.isEmpty() && position < order.length + labelDelay) {
                    fill();
                }
                return !due.isEmpty();
            }

            private void fill() {
                if (position < order.length) {
                    due.add(new Event.SampleEvent(order[position]));
                }
                int labelled = position - labelDelay;
                if (labelled >= 0 && labelled < order.length) {
                    label(order[labelled])
                            .ifPresent(c -> due.add(new Event.LabelEvent(order[labelled], c)));
                }
                position++;
            }

            @Override
            public Event next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return due.remove(0);
            }
        };
    }
}
