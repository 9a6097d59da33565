package io.decant.trainer.learn;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.TrainingStep;
import io.decant.trainer.drift.DriftSettings;
import io.decant.trainer.drift.DriftWatch;
import io.decant.trainer.drift.Signal;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.quality.Answered;
import io.decant.trainer.quality.Closeness;
import io.decant.trainer.quality.Quality;
import io.decant.trainer.quality.QualityWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The learning of one model: a deterministic function of its settings, the pairs in their order,
 * and the borders that were forced. It knows no clock, no topic and no thread, so the same calls
 * give the same bits, live, after a restart, and at replay. <i>Owned by one thread.</i>
 */
public final class Learner implements AutoCloseable {
    private final BatchPlanner planner = new BatchPlanner();
    private final Student student;
    private final Optional<Shadow> shadow;
    private final PredictionListener listener;
    private final ErrorFeedback feedback;
    private final Unread unread;
    private final Teachers teachers;
    private final Trust trust;
    private final ClassPrior prior;
    private final DriftWatch drift;
    private final Notices notices = new Notices();
    private final QualityWindow quality;
    private final LearningSettings settings;

    /** e_n of the last version: [parameters]; the initial weights before the first. */
    private final float[] published;

    /** The same of the version before; empty when there was none since this was made. */
    private Optional<float[]> before = Optional.empty();

    private final List<CannedInput> canned = new ArrayList<>();
    private PrequentialEvaluator evaluator;
    private HeldOut heldOut;
    private ModelSpec spec;
    private long seed;
    private boolean specFrozen;
    private long pairs;
    private long corrections;
    private long gate;
    private long refused;
    private long leftOut;
    private long watermarkMillis;

    private Learner(LearningSettings settings, PredictionListener listener) {
        this.listener = listener;
        spec = settings.spec();
        seed = settings.seed();
        student = new Student(settings);
        shadow = settings.shadow() ? Optional.of(new Shadow(settings)) : Optional.empty();
        unread = new Unread(student.keptBatches());
        teachers = new Teachers(settings.teachers());
        trust = new Trust(settings.trust(), settings.alpha());
        prior = new ClassPrior(settings.spec().classCount(), settings.trust().fading());
        drift = new DriftWatch(settings.drift());
        quality = new QualityWindow(settings.quality());
        this.settings = settings;
        evaluator = new PrequentialEvaluator(settings.predictionCapacity());
        heldOut = new HeldOut(settings.gate(), spec, settings::ready, seed);
        feedback = settings.feedback();
        published = new float[settings.spec().parameterCount()];
    }

    /** A new model that begins as its settings say. */
    public static Learner genesis(LearningSettings settings, PredictionListener listener) {
        return genesis(settings, settings.firstWeights(), listener);
    }

    /**
     * A new model that begins with weights from elsewhere; its shadow too.
     *
     * @param start [parameters]; copied
     */
    public static Learner genesis(
            LearningSettings settings, float[] start, PredictionListener listener) {
        Learner learner = new Learner(settings, listener);
        learner.student.initialise(start);
        System.arraycopy(start, 0, learner.published, 0, start.length);
        learner.shadow.ifPresent(second -> second.initialise(start));
        return learner;
    }

    /**
     * Goes on from a state, bit for bit.
     *
     * @throws InvalidModelException when the state belongs to another specification, or has no
     *     shadow where one is wanted
     */
    public static Learner restore(
            LearningSettings configured, LearnerState state, PredictionListener listener) {
        ModelSpec known = state.spec();
        LearningSettings settings = configured.born(known, state.longs("seed")[0]);
        if (!known.isSameStudent(configured.spec())) {
            throw new InvalidModelException(
                    "the model '"
                            + state.header().model()
                            + "' was published as "
                            + known.withCannedInputs(List.of()).toJson()
                            + ", but the configuration says "
                            + configured.spec().withCannedInputs(List.of()).toJson()
                            + "; give the new model another model.name");
        }
        if (settings.shadow() && !Shadow.isIn(state)) {
            throw new InvalidModelException(
                    "the model '"
                            + state.header().model()
                            + "' has learned without a shadow, and one that starts late would compare unfairly; set shadow to false,"
                            + " or give a new model another model.name");
        }
        Learner learner = new Learner(settings, listener);
        learner.student.restore(state);
        state.published().asFloatBuffer().get(learner.published);
        learner.shadow.ifPresent(second -> second.restore(state));
        learner.teachers.restore(state);
        learner.trust.restore(state);
        learner.prior.restore(state);
        SavedDrift.restore(learner.drift, state);
        SavedQuality.restore(learner.quality, state);
        learner.evaluator = PrequentialEvaluator.restore(settings.predictionCapacity(), state);
        learner.spec = known;
        learner.specFrozen = true;
        learner.heldOut =
                HeldOut.restore(settings.gate(), known, settings::ready, learner.seed, state);
        long[] counters = state.longs("counters");
        learner.pairs = counters[0];
        learner.corrections = counters[1];
        learner.gate = counters[2];
        learner.refused = counters[3];
        learner.leftOut = counters[4];
        learner.watermarkMillis = counters[5];
        return learner;
    }

    /** Takes a pair in; learns when that fills a batch, unless the pair is held out. */
    public void take(Pair pair) {
        if (heldOut.take(pair)) {
            gate++;
            return;
        }
        planner.take(pair);
        learnAll(planner::due);
    }

    /** A record of the journal is not for this model. */
    public void leaveOut() {
        leftOut++;
    }

    /** A record of the journal could not be used. */
    public void refuse() {
        refused++;
    }

    /**
     * True when pairs were taken in that are not learned yet; the shadow's own batch does not
     * count.
     */
    public boolean hasOpen() {
        return !planner.isEmpty();
    }

    /** Learns what is open: a border that time or a publish sets. */
    public void learnOpen() {
        learnAll(planner::next);
    }

    private void learnAll(Supplier<Optional<Batch>> batches) {
        for (Optional<Batch> batch = batches.get(); batch.isPresent(); batch = batches.get()) {
            learn(batch.get());
        }
    }

    /** Learns what is open, the shadow's own batch too: the end of a finite stream. */
    public void learnRest() {
        learnOpen();
        shadow.ifPresent(Shadow::learnOpen);
    }

    /**
     * A version.
     *
     * @param state everything after it
     * @param forms how readers can get its weights
     * @param gate whether it may be live
     */
    public record Version(LearnerState state, ErrorFeedback.Forms forms, GateDecision gate) {}

    /**
     * Ends a version: what is open is learned, the published weights follow the averaged ones, the
     * gate judges them, then everything is copied.
     *
     * @param finished whether a finite stream ends here, and the shadow's open batch is learned too
     * @throws DivergedException when the weights are no longer finite
     */
    public Version endVersion(boolean finished, LearnerState.Header header) {
        if (finished) {
            learnRest();
        } else {
            learnOpen();
        }
        float[] average = finiteAverage();
        if (header.version() > 1) {
            before = Optional.of(published.clone());
        }
        ErrorFeedback.Forms forms =
                feedback.advance(spec, header.version(), finished, average, published);
        GateDecision decision = heldOut.judge(header.version(), published);
        return new Version(snapshot(header), forms, decision);
    }

    private void learn(Batch open) {
        Batch batch =
                new Batch(open.live().stream().map(teachers::weigh).toList(), open.corrections());
        int shadowKept = shadow.map(second -> second.predict(batch.live())).orElse(0);
        student.learn(
                batch,
                trust,
                drift.reacts(DriftSettings.Reaction.REHEARSAL) ? 2 : 1,
                drift.learningRateFactor());
        unread.add(new Unread.Learned(batch, student.keep(), shadowKept));
        if (unread.isFull()) {
            readPredictions();
        }
        drift.learned(batch.live().size());
        batch.live().forEach(this::learned);
        batch.corrections().forEach(this::learned);
        pairs += batch.live().size();
        corrections += batch.corrections().size();
        listener.stepped(this);
    }

    private void readPredictions() {
        unread.take().forEach(this::score);
    }

    private void score(Unread.Learned learned) {
        Batch batch = learned.batch();
        prior.refresh();
        for (int row = 0; row < batch.live().size(); row++) {
            Pair pair = batch.live().get(row);
            int studentChoice = student.prediction(learned.student(), row);
            int shadowChoice =
                    shadow.isPresent()
                            ? shadow.get().prediction(learned.shadow(), row)
                            : Prediction.NONE;
            int teacherChoice = pair.teacher().map(Logits::argmax).orElse(Prediction.NONE);
            listener.predicted(pair.sampleId(), studentChoice);
            if (shadow.isPresent()) {
                listener.shadowPredicted(pair.sampleId(), shadowChoice);
            }
            Closeness closeness = quality.isOn() ? student.closeness(row, pair) : Closeness.UNKNOWN;
            Prediction prediction =
                    new Prediction(studentChoice, shadowChoice, teacherChoice)
                            .with(teachers.choices(pair))
                            .sure(closeness.confidence());
            evaluator.predicted(pair.key(), prediction, pair.label());
            if (teacherChoice != Prediction.NONE) {
                watch(Signal.DISAGREEMENT, studentChoice != teacherChoice, pair);
            }
            if (pair.label().isPresent()) {
                judge(prediction, pair.label().get(), pair, closeness);
            }
        }
        for (Pair pair : batch.corrections()) {
            LabelClass label = pair.label().orElseThrow();
            evaluator
                    .labelled(pair.key(), label)
                    .ifPresent(
                            prediction ->
                                    judge(
                                            prediction,
                                            label,
                                            pair,
                                            Closeness.of(prediction.confidence())));
        }
    }

    /** A label says who was right before the sample was learned. */
    private void judge(Prediction prediction, LabelClass label, Pair pair, Closeness closeness) {
        quality.add(
                new Answered(
                        label.scored(),
                        prediction.student(),
                        prediction.shadow(),
                        prediction.teacher(),
                        closeness),
                pair.attributes());
        if (pair.isLive()) {
            prior.labelled(label.scored());
        }
        if (prediction.teacher() == Prediction.NONE) {
            return;
        }
        teachers.scored(prediction.teachers(), label.scored());
        boolean teacherRight = prediction.teacher() == label.scored();
        watch(Signal.TEACHER_ERROR, !teacherRight, pair);
        if (prediction.shadow() != Prediction.NONE) {
            // Of a label that comes late the teacher's whole answer is gone; but then the shadow
            // did not know the present frequencies either when it predicted.
            boolean fairlyRight =
                    pair.teacher()
                            .map(answer -> prior.choice(answer) == label.scored())
                            .orElse(teacherRight);
            trust.scored(fairlyRight, prediction.shadow() == label.scored())
                    .ifPresent(what -> notices.add(new Notice(what, pair.at())));
        }
    }

    private void watch(Signal signal, boolean value, Pair pair) {
        drift.saw(signal, value)
                .ifPresent(found -> notices.add(new Notice(Notice.What.of(found), pair.at())));
    }

    private void learned(Pair pair) {
        watermarkMillis = Math.max(watermarkMillis, pair.eventTimeMillis());
        shadow.ifPresent(second -> second.take(pair));
        if (!specFrozen && pair.isLive() && canned.size() < ModelSpec.MAX_CANNED_INPUTS) {
            byte[] features = new byte[pair.features().remaining()];
            pair.features().duplicate().get(features);
            canned.add(CannedInput.of(features));
        }
    }

    /**
     * Copies everything as it stands; the published weights are still those of the last version.
     * The first snapshot freezes the canned inputs: the first samples learned.
     *
     * @throws IllegalStateException when pairs are open
     */
    public LearnerState snapshot(LearnerState.Header header) {
        if (hasOpen()) {
            throw new IllegalStateException(
                    "a snapshot is taken at a batch border; learn what is open first");
        }
        if (!specFrozen) {
            spec = spec.withCannedInputs(canned);
            specFrozen = true;
        }
        readPredictions();
        StateWriter state = new StateWriter();
        state.text("format", LearnerState.FORMAT);
        state.text("model", header.model());
        state.text("journal.topic-id", header.journalTopicId());
        state.text("spec", spec.toJson());
        header.configuration()
                .forEach((key, value) -> state.text(LearnerState.CONFIGURATION + key, value));
        state.longs("version", header.version());
        state.longs("seed", seed);
        state.longs(
                "journal.next-offsets",
                header.nextOffsets().stream().mapToLong(Long::longValue).toArray());
        state.longs("counters", pairs, corrections, gate, refused, leftOut, watermarkMillis);
        student.save(state);
        state.floats("served.weights", published);
        shadow.ifPresent(second -> second.save(state));
        evaluator.save(state);
        teachers.save(state);
        trust.save(state);
        prior.save(state);
        SavedDrift.save(drift, state);
        SavedQuality.save(quality, state);
        heldOut.save(state);
        return state.done();
    }

    private float[] finiteAverage() {
        float[] average = new float[published.length];
        student.average().asFloatBuffer().get(average);
        for (int i = 0; i < average.length; i++) {
            if (!Float.isFinite(average[i])) {
                throw new DivergedException(
                        "the student's weight "
                                + i
                                + " is "
                                + average[i]
                                + " after "
                                + student.steps()
                                + " steps: learning diverged; lower learning-rate, or check model.input and the teacher's scale");
            }
        }
        return average;
    }

    /** The seed that the model was born with; a configured one counts at genesis only. */
    public long seed() {
        return seed;
    }

    /** Intra-operation threads of the engine. */
    public int threads() {
        return spec.threads();
    }

    public Counters counters() {
        return new Counters(
                pairs,
                corrections,
                gate,
                refused,
                leftOut,
                student.steps(),
                shadow.map(Shadow::steps).orElse(0L),
                watermarkMillis);
    }

    /**
     * Scores of the predictions that were read: all of them at a version, and on the processor
     * always.
     */
    public Prequential prequential() {
        return evaluator.scores();
    }

    /** What happened since this was asked last, at most 100; for an operator, and no part of it. */
    public List<Notice> takeNotices() {
        return notices.take();
    }

    /** How learning adapts, now. */
    public Adaptation adaptation() {
        return new Adaptation(
                trust.alpha(),
                trust.unlabelled(),
                drift.reacts(DriftSettings.Reaction.ASK_TEACHER),
                drift.noticed(),
                student.remembered(),
                teachers.standings());
    }

    /** What the student is like, over the latest labels. */
    public Quality quality() {
        return quality.quality();
    }

    /**
     * Share of remembered samples that the last version answers otherwise than the one before;
     * empty before there are two, or when nothing is remembered.
     */
    public OptionalDouble churn() {
        int samples = settings.quality().churnSamples();
        if (before.isEmpty() || samples == 0) {
            return OptionalDouble.empty();
        }
        try (StudentForward earlier = settings.ready(before.get());
                StudentForward latest = settings.ready(published)) {
            return Churn.of(earlier, latest, student.remembered(samples), spec.classCount());
        }
    }

    /** Loss of the last batch, on the weights that it led to, in nats; 0 before the first. */
    public TrainingStep.Loss lastLoss() {
        return student.lastLoss();
    }

    /** Tensors held on the Java side: does not grow with steps. */
    public int heldTensors() {
        return student.heldTensors() + shadow.map(Shadow::heldTensors).orElse(0);
    }

    @Override
    public void close() {
        student.close();
        shadow.ifPresent(Shadow::close);
    }
}
