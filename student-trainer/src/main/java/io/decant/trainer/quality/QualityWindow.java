package io.decant.trainer.quality;

import java.util.Map;

/**
 * The latest predictions that a label has judged. Flat arrays; what it holds can be part of a
 * state. <i>Owned by the learner.</i>
 */
public final class QualityWindow {
    private static final int FIELDS = 4;
    private static final int CLASS_BITS = 16;

    private final QualitySettings settings;
    private final long[] ring;
    private final Names names = new Names();
    private long added;

    /** Holds nothing. */
    public QualityWindow(QualitySettings settings) {
        this.settings = settings;
        ring = new long[settings.window() * FIELDS];
    }

    public boolean isOn() {
        return settings.window() > 0;
    }

    /**
     * Takes a prediction in; the oldest goes when the window is full.
     *
     * @param attributes of the sample
     */
    public void add(Answered answered, Map<String, String> attributes) {
        if (!isOn()) {
            return;
        }
        int at = (int) (added++ % settings.window()) * FIELDS;
        Closeness closeness = answered.closeness();
        ring[at] =
                packed(answered.label(), 0)
                        | packed(answered.student(), 1)
                        | packed(answered.shadow(), 2)
                        | packed(answered.teacher(), 3);
        ring[at + 1] = Float.floatToIntBits(closeness.confidence());
        ring[at + 2] =
                (long) Float.floatToIntBits(closeness.nats()) << 32
                        | Integer.toUnsignedLong(Float.floatToIntBits(closeness.divergence()));
        long slices = 0;
        for (int i = 0; i < settings.slices().size(); i++) {
            String attribute = settings.slices().get(i);
            String value = attributes.getOrDefault(attribute, "(none)");
            slices |= (long) names.numberOf(attribute, value) << i * CLASS_BITS;
        }
        ring[at + 3] = slices;
    }

    private static long packed(int label, int place) {
        return (label + 1L & 0xffff) << place * CLASS_BITS;
    }

    private static int unpacked(long bits, int place) {
        return (int) (bits >>> place * CLASS_BITS & 0xffff) - 1;
    }

    /** What the window says now. */
    public Quality quality() {
        Tally tally = new Tally();
        int size = (int) Math.min(added, settings.window());
        for (int i = 0; i < size; i++) {
            int at = i * FIELDS;
            Answered answered =
                    new Answered(
                            unpacked(ring[at], 0),
                            unpacked(ring[at], 1),
                            unpacked(ring[at], 2),
                            unpacked(ring[at], 3),
                            new Closeness(
                                    Float.intBitsToFloat((int) ring[at + 1]),
                                    Float.intBitsToFloat((int) (ring[at + 2] >>> 32)),
                                    Float.intBitsToFloat((int) ring[at + 2])));
            tally.add(answered);
            for (int slice = 0; slice < settings.slices().size(); slice++) {
                int number = (int) (ring[at + 3] >>> slice * CLASS_BITS & 0xffff);
                tally.slice(names.name(number), answered);
            }
        }
        return tally.quality();
    }

    /** The names of slices, in the order of their numbers. */
    public String saveNames() {
        return names.save();
    }

    /** Everything but the names: a count, then the entries as they lie. */
    public long[] save() {
        int used = (int) Math.min(added, settings.window()) * FIELDS;
        long[] saved = new long[1 + used];
        saved[0] = added;
        System.arraycopy(ring, 0, saved, 1, used);
        return saved;
    }

    /** What a state must have in common with this window for {@link #restore}. */
    public String shape() {
        return settings.window() + " " + String.join(",", settings.slices());
    }

    /** Goes on from a window of the same {@link #shape}. */
    public void restore(String savedNames, long[] saved) {
        names.restore(savedNames);
        added = saved[0];
        System.arraycopy(saved, 1, ring, 0, saved.length - 1);
    }
}
