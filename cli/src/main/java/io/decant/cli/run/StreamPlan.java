package io.decant.cli.run;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/**
 * Which sample and which label is produced when, so that an interrupted run can go on where it
 * stopped. Positions count samples from 0; ids are {@code <run>-<index in the training files>}.
 * <i>Immutable.</i>
 */
public final class StreamPlan implements Iterable<StreamPlan.Event> {
    /**
     * One sample of the stream.
     *
     * @param id of the sample; no two items have the same
     * @param index in the training files
     * @param truth the class that it has in this stream
     * @param label what its label says; empty when it gets none
     */
    public record Item(String id, int index, Rendering rendering, int truth, OptionalInt label) {}

    /** One record to produce. */
    public sealed interface Event {
        /** The sample's position in the stream. */
        int position();

        /** A sample. */
        record SampleEvent(int position) implements Event {}

        /** The label of a sample. */
        record LabelEvent(int position) implements Event {}
    }

    private final List<Item> items;
    private final int labelDelay;

    /**
     * Plans a stream.
     *
     * @param labelDelay a label is produced this many samples after its own, at least 0
     */
    public StreamPlan(List<Item> items, int labelDelay) {
        this.items = List.copyOf(items);
        this.labelDelay = labelDelay;
    }

    /** Fisher and Yates' shuffle, fixed by the seed. */
    public static void shuffle(int[] values, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = values.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = values[i];
            values[i] = values[j];
            values[j] = swapped;
        }
    }

    /** The id of a training sample in a run that streams each once. */
    public static String sampleId(String run, int index) {
        return run + "-" + index;
    }

    public int samples() {
        return items.size();
    }

    public Item item(int position) {
        return items.get(position);
    }

    /** Indices into the training files in the order in which they are streamed. */
    public int[] order() {
        return items.stream().mapToInt(Item::index).toArray();
    }

    public String sampleId(int position) {
        return items.get(position).id();
    }

    public int labels() {
        return (int) items.stream().filter(item -> item.label().isPresent()).count();
    }

    /**
     * All records in the order of production: a sample, then the label that is due, and at the end
     * the labels left.
     */
    @Override
    public Iterator<Event> iterator() {
        return new Iterator<>() {
            private int nextSample;
            private int nextLabel = skipUnlabelled(0);

            @Override
            public boolean hasNext() {
                return nextSample < items.size() || nextLabel < items.size();
            }

            @Override
            public Event next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                boolean labelIsDue =
                        nextLabel < items.size() && nextLabel + labelDelay < nextSample;
                if (nextSample < items.size() && !labelIsDue) {
                    return new Event.SampleEvent(nextSample++);
                }
                int labelled = nextLabel;
                nextLabel = skipUnlabelled(labelled + 1);
                return new Event.LabelEvent(labelled);
            }

            private int skipUnlabelled(int from) {
                int at = from;
                while (at < items.size() && items.get(at).label().isEmpty()) {
                    at++;
                }
                return at;
            }
        };
    }
}
