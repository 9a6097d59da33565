package io.decant.trainer.learn;

import io.decant.model.forward.StudentForward;
import io.decant.model.spec.ModelSpec;
import io.decant.records.PairKind;
import io.decant.trainer.gate.Compared;
import io.decant.trainer.gate.Gate;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.gate.GateSettings;
import io.decant.trainer.gate.Score;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * The gate set: samples that are never learned, and the weights that the next version is compared
 * with. A sample belongs to it by a hash of seed and id, or because the journal says so. Those with
 * a label, the newest of them, are the window; a late label brings its features along, so nothing
 * else needs to be kept. Window and live weights are state, so the same versions pass live, after a
 * restart and at replay.
 *
 * <p>Live here is the newest version that the gate let through. A fleet's veto or an operator's
 * order may keep gateways elsewhere, but does not change what is learned or compared. <i>Owned by
 * the learner.</i>
 */
final class HeldOut {
    private static final int SLICE_BYTES = 64;

    /** Metadata key of the attribute that made the window's slices. */
    private static final String SLICE = "gate.slice";

    private static final String NO_SLICE = "(none)";

    private final GateSettings settings;
    private final Gate gate;
    private final Function<float[], StudentForward> students;
    private final int inputBytes;
    private final int classes;
    private final GateShare share;
    private final Deque<Sample> window = new ArrayDeque<>();
    private final Set<SampleKey> waiting = new LinkedHashSet<>();
    private Optional<Live> live = Optional.empty();

    /** A sample of the window, and the live version's score on it once that was computed. */
    private static final class Sample {
        private final byte[] features;
        private final int label;
        private final String slice;
        private Optional<Score> live = Optional.empty();

        Sample(byte[] features, int label, String slice) {
            this.features = features;
            this.label = label;
            this.slice = slice;
        }
    }

    /** The version that the next one is compared with; nobody writes to its weights. */
    private record Live(long version, float[] weights) {}

    /**
     * Holds nothing yet.
     *
     * @param students makes a student of given weights ready
     * @param seed the model's
     */
    HeldOut(
            GateSettings settings,
            ModelSpec spec,
            Function<float[], StudentForward> students,
            long seed) {
        this.settings = settings;
        gate = new Gate(settings);
        this.students = students;
        inputBytes = spec.input().bytes();
        classes = spec.classCount();
        share = GateShare.of(settings, seed);
    }

    /** Takes a pair in if it is the gate's; returns whether it is, and must not be learned. */
    boolean take(Pair pair) {
        boolean ours =
                share.holds(pair)
                        || pair.kind() == PairKind.GATE
                        || (pair.kind() == PairKind.LABEL_CORRECTION
                                && !waiting.isEmpty()
                                && waiting.remove(pair.key()));
        if (!ours) {
            return false;
        }
        if (pair.label().isPresent()) {
            add(pair, pair.label().get());
        } else if (pair.kind() == PairKind.GATE && !share.holds(pair)) {
            // Its late label would not tell that the journal held it out.
            waiting.add(pair.key());
            if (waiting.size() > settings.waiting()) {
                waiting.remove(waiting.iterator().next());
            }
        }
        return true;
    }

    private void add(Pair pair, LabelClass label) {
        if (!settings.isOn()) {
            return;
        }
        byte[] features = new byte[inputBytes];
        pair.features().duplicate().get(features);
        window.add(new Sample(features, label.scored(), slice(pair, label)));
        if (window.size() > settings.window()) {
            window.remove();
        }
    }

    private String slice(Pair pair, LabelClass label) {
        return settings.slice().isEmpty()
                ? Integer.toString(label.scored())
                : cut(pair.attributes().getOrDefault(settings.slice(), NO_SLICE));
    }

    /**
     * The longest beginning of whole characters that has at most 64 bytes and no NUL, so that a
     * state gives back the very same text.
     */
    private static String cut(String text) {
        int end = 0;
        for (int bytes = 0; end < text.length() && text.charAt(end) != '\0'; ) {
            int next = text.offsetByCodePoints(end, 1);
            bytes += text.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > SLICE_BYTES) {
                break;
            }
            end = next;
        }
        return text.substring(0, end);
    }

    /**
     * Judges a version; when the gate lets it through, the next one is compared with it.
     *
     * @param weights e_n, [parameters]; copied
     */
    GateDecision judge(long version, float[] weights) {
        long against = live.map(Live::version).orElse(0L);
        Optional<GateDecision> untested = gate.withoutTest(against, window.size());
        List<Score> scores = untested.isPresent() ? List.of() : scores(weights);
        GateDecision decision = untested.orElseGet(() -> gate.compare(against, compared(scores)));
        if (settings.isOn() && decision.letsThrough()) {
            live = Optional.of(new Live(version, weights.clone()));
            int at = 0;
            for (Sample sample : window) {
                sample.live = scores.isEmpty() ? Optional.empty() : Optional.of(scores.get(at++));
            }
        }
        return decision;
    }

    private List<Compared> compared(List<Score> candidate) {
        List<Compared> compared = new ArrayList<>(window.size());
        try (StudentForward before = students.apply(live.orElseThrow().weights)) {
            float[] logits = new float[classes];
            for (Sample sample : window) {
                if (sample.live.isEmpty()) {
                    sample.live = Optional.of(score(before, sample, logits));
                }
                compared.add(
                        new Compared(
                                sample.slice, candidate.get(compared.size()), sample.live.get()));
            }
        }
        return compared;
    }

    private List<Score> scores(float[] weights) {
        List<Score> scores = new ArrayList<>(window.size());
        try (StudentForward student = students.apply(weights)) {
            float[] logits = new float[classes];
            for (Sample sample : window) {
                scores.add(score(student, sample, logits));
            }
        }
        return scores;
    }

    private static Score score(StudentForward student, Sample sample, float[] logits) {
        student.logits(sample.features, 0, logits);
        return Score.of(logits, sample.label);
    }

    void save(StateWriter state) {
        state.longs(
                "gate.waiting",
                List.of(waiting.size(), 2),
                waiting.stream()
                        .flatMapToLong(key -> LongStream.of(key.high(), key.low()))
                        .toArray());
        if (!settings.isOn()) {
            return;
        }
        state.text(SLICE, settings.slice());
        state.longs("gate.labels", window.stream().mapToLong(sample -> sample.label).toArray());
        state.rows(
                "gate.features",
                window.stream().map(sample -> ByteBuffer.wrap(sample.features)).toList(),
                inputBytes);
        if (!settings.slice().isEmpty()) {
            state.rows(
                    "gate.slices",
                    window.stream().map(sample -> padded(sample.slice)).toList(),
                    SLICE_BYTES);
        }
        state.longs("gate.live-version", live.map(Live::version).orElse(0L));
        state.floats("gate.live", live.map(Live::weights).orElse(new float[0]));
    }

    private static ByteBuffer padded(String slice) {
        return ByteBuffer.wrap(Arrays.copyOf(slice.getBytes(StandardCharsets.UTF_8), SLICE_BYTES));
    }

    /**
     * Goes on from a state. One that has no gate, because it was off, begins with an empty window,
     * and compares with the state's own version, which is live; one with other slices begins with
     * an empty window.
     */
    static HeldOut restore(
            GateSettings settings,
            ModelSpec spec,
            Function<float[], StudentForward> students,
            long seed,
            LearnerState state) {
        HeldOut held = new HeldOut(settings, spec, students, seed);
        long[] keys = state.longs("gate.waiting");
        for (int i = 0; i < keys.length; i += 2) {
            held.waiting.add(new SampleKey(keys[i], keys[i + 1]));
        }
        if (!settings.isOn()) {
            return held;
        }
        if (!state.has("gate.labels")) {
            long version = state.header().version();
            held.live = version == 0 ? Optional.empty() : live(version, state.published());
            return held;
        }
        long version = state.longs("gate.live-version")[0];
        held.live = version == 0 ? Optional.empty() : live(version, state.floats("gate.live"));
        if (state.text(SLICE).equals(settings.slice())) {
            held.restoreWindow(state);
        }
        return held;
    }

    private static Optional<Live> live(long version, ByteBuffer weights) {
        float[] values = new float[weights.remaining() / Float.BYTES];
        weights.asFloatBuffer().get(values);
        return Optional.of(new Live(version, values));
    }

    private static String unpadded(ByteBuffer slice) {
        String text = StandardCharsets.UTF_8.decode(slice.duplicate()).toString();
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    /** A smaller window keeps the newest. */
    private void restoreWindow(LearnerState state) {
        long[] labels = state.longs("gate.labels");
        List<ByteBuffer> features = state.rows("gate.features");
        List<ByteBuffer> slices =
                settings.slice().isEmpty() ? List.of() : state.rows("gate.slices");
        for (int i = Math.max(0, labels.length - settings.window()); i < labels.length; i++) {
            byte[] bytes = new byte[inputBytes];
            features.get(i).duplicate().get(bytes);
            String slice = slices.isEmpty() ? Long.toString(labels[i]) : unpadded(slices.get(i));
            window.add(new Sample(bytes, (int) labels[i], slice));
        }
    }
}
