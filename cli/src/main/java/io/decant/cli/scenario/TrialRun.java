package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import io.decant.cli.run.GatewayHoldOut;
import io.decant.cli.run.RunWatch;
import io.decant.cli.run.SampleFeed;
import io.decant.cli.run.StackSettings;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.Vigil;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Event;
import io.decant.trainer.TrainerService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Streams one trial through running services and looks at what comes out. The stream waits for the
 * trainers: never more than a bound are under way, so that a position means the same on a slow
 * machine as on a fast one. <i>Owned by the main thread.</i>
 */
final class TrialRun implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(5);

    private final Trial trial;
    private final StreamPlan plan;
    private final Inputs inputs;
    private final Path teacherFile;
    private final TrialServices services;
    private final ClusterSettings cluster;
    private final InstantSource clock;
    private final int ahead;
    private final Consumer<String> progress;
    private final Vigil vigil;
    private final RunWatch.View seen;
    private final SampleFeed.Progress fed = new SampleFeed.Progress();
    private final AtomicInteger ceiling = new AtomicInteger();
    private final Map<Variant, Map<String, Answers>> examined = new LinkedHashMap<>();
    private final Map<Variant, Map<String, Answers>> shadowExamined = new LinkedHashMap<>();
    private volatile boolean teacherIsAway;
    private Double catchUpSeconds;

    /**
     * @param ahead samples that may be under way
     * @param progress is told how far the stream is, often
     */
    TrialRun(
            Trial trial,
            Inputs inputs,
            Path teacherFile,
            TrialServices services,
            ClusterSettings cluster,
            InstantSource clock,
            int ahead,
            Consumer<String> progress) {
        this.trial = trial;
        this.plan = trial.plan();
        this.inputs = inputs;
        this.teacherFile = teacherFile;
        this.services = services;
        this.cluster = cluster;
        this.clock = clock;
        this.ahead = ahead;
        this.progress = progress;
        this.vigil = new Vigil(services.stack(), LOOK);
        Set<String> labelled = new HashSet<>();
        IntStream.range(0, plan.samples())
                .filter(position -> plan.item(position).label().isPresent())
                .forEach(position -> labelled.add(plan.sampleId(position)));
        this.seen = new RunWatch.View(labelled::contains);
        trial.variants()
                .forEach(
                        variant -> {
                            examined.put(variant, new LinkedHashMap<>());
                            shadowExamined.put(variant, new LinkedHashMap<>());
                        });
    }

    /** Streams everything; what was seen of each variant. */
    Map<Variant, Observation> run() throws InterruptedException {
        vigil.start(
                "scenario-watch",
                () -> new RunWatch(cluster, "decant-scenario-watch", StackSettings.MODEL, seen));
        until("the services to lead and to answer", services::isReady);
        SampleFeed.Source source =
                new SampleFeed.Source(
                        plan,
                        inputs::tensor,
                        Set.of(),
                        Set.of(),
                        OptionalDouble.empty(),
                        this::mayBeProduced);
        long started = System.nanoTime();
        vigil.start(
                "scenario-feed",
                () -> new SampleFeed("decant-scenario-feed", cluster, source, clock, fed));
        for (Cue cue : trial.cues()) {
            streamTo(cue.position());
            act(cue);
        }
        streamTo(plan.samples());
        until("everything to be produced", () -> fed.finished().isDone());
        until("every sample to reach the training journal", this::journalIsComplete);
        Map<Variant, Long> last = finish();
        double seconds = (System.nanoTime() - started) / 1e9;
        Map<Variant, Answers> answers = ask(inputs.exam(trial.exam()), last);
        return observations(answers, seconds);
    }

    private int mayBeProduced() {
        return teacherIsAway
                ? ceiling.get()
                : Math.min(ceiling.get(), (int) Math.min(Integer.MAX_VALUE, done() + (long) ahead));
    }

    /** Samples that nobody waits for any more. */
    private int done() {
        return services.learned() + seen.neverPaired() + (int) seen.deadLetters();
    }

    private void streamTo(int position) throws InterruptedException {
        ceiling.set(position);
        until("the stream to come to " + position, () -> fed.samples() >= position);
    }

    private void act(Cue cue) throws InterruptedException {
        if (cue instanceof Cue.Examine examine) {
            until("position " + cue.position() + " to be learned", () -> done() >= cue.position());
            examine(examine);
        } else if (cue instanceof Cue.TeacherLeaves) {
            services.stopTeacher();
            teacherIsAway = true;
        } else {
            long returned = System.nanoTime();
            services.startTeacher();
            until("what has waited to be learned", () -> done() >= cue.position());
            catchUpSeconds = (System.nanoTime() - returned) / 1e9;
            teacherIsAway = false;
        }
    }

    private void examine(Cue.Examine cue) throws InterruptedException {
        Inputs.Questions questions = inputs.exam(cue.exam());
        ask(questions, finish())
                .forEach((variant, answers) -> examined.get(variant).put(cue.name(), answers));
        services.trainers()
                .forEach(
                        (variant, trainer) ->
                                shadow(trainer, questions)
                                        .ifPresent(
                                                answers ->
                                                        shadowExamined
                                                                .get(variant)
                                                                .put(cue.name(), answers)));
    }

    /** Each sample has its pair, or nobody will make one; each late label has its correction. */
    private boolean journalIsComplete() {
        return seen.pairs() + seen.neverPaired() + seen.deadLetters() >= plan.samples()
                && seen.awaitingCorrection(
                                IntStream.range(0, plan.samples())
                                        .filter(p -> plan.item(p).label().isPresent())
                                        .mapToObj(plan::sampleId))
                        == 0;
    }

    /** Everything in the journal is learned and published; the versions. */
    private Map<Variant, Long> finish() throws InterruptedException {
        Map<Variant, Long> versions = new LinkedHashMap<>();
        for (Map.Entry<Variant, TrainerService> each : services.trainers().entrySet()) {
            versions.put(
                    each.getKey(),
                    vigil.result(
                            "the trainer to learn the rest",
                            this::state,
                            each.getValue().finish()));
        }
        return versions;
    }

    /** The main variant is asked through the gateway, others by their weights. */
    private Map<Variant, Answers> ask(Inputs.Questions questions, Map<Variant, Long> versions)
            throws InterruptedException {
        Map<Variant, Answers> answers = new LinkedHashMap<>();
        for (Variant variant : trial.variants()) {
            TrainerService trainer = services.trainers().get(variant);
            if (trainer == services.main()) {
                long version = versions.get(variant);
                until(
                        "the gateway to serve version " + version,
                        () -> services.served() >= version);
                float[][] logits =
                        GatewayHoldOut.logits(
                                services.infer(),
                                inputs.dataset().test(),
                                questions.samples(),
                                version);
                answers.put(variant, new Answers(logits, questions.truth()));
            } else {
                answers.put(variant, questions.ask(trainer.spec(), trainer.averagedWeights()));
            }
        }
        return answers;
    }

    /** Without a label it has learned nothing. */
    private Optional<Answers> shadow(TrainerService trainer, Inputs.Questions questions) {
        return plan.labels() == 0
                ? Optional.empty()
                : trainer.shadowWeights().map(weights -> questions.ask(trainer.spec(), weights));
    }

    private Map<Variant, Observation> observations(Map<Variant, Answers> answers, double seconds) {
        Answers teacher = inputs.exam(trial.exam()).ask(teacherFile);
        vigil.stop();
        Map<Variant, Observation> observations = new LinkedHashMap<>();
        Inputs.Questions exam = inputs.exam(trial.exam());
        Optional<Inputs.Questions> unlabelled =
                trial.unlabelled() ? Optional.of(inputs.unlabelled()) : Optional.empty();
        Observation.Flow flow =
                new Observation.Flow(
                        1 - seen.skipped() / (double) plan.samples(),
                        plan.samples() - seen.pairs() - seen.neverPaired(),
                        seconds,
                        catchUpSeconds);
        services.trainers()
                .forEach(
                        (variant, trainer) ->
                                observations.put(
                                        variant,
                                        new Observation(
                                                plan,
                                                services.predictions(variant).student(),
                                                services.predictions(variant).shadow(),
                                                answers.get(variant),
                                                shadow(trainer, exam),
                                                teacher,
                                                examined.get(variant),
                                                shadowExamined.get(variant),
                                                unlabelled.map(
                                                        asked ->
                                                                asked.ask(
                                                                        trainer.spec(),
                                                                        trainer.averagedWeights())),
                                                unlabelled.flatMap(asked -> shadow(trainer, asked)),
                                                noticed(services.model(variant)),
                                                flow)));
        return observations;
    }

    /** Events of a model, by position. */
    private List<Noticed> noticed(String model) {
        JournalPositions positions = JournalPositions.of(plan, seen.firstPairs());
        List<Noticed> noticed = new ArrayList<>();
        for (RunWatch.View.Happened happened : seen.events()) {
            if (happened.model().equals(model)) {
                Event event = happened.event();
                OptionalInt position = positions.at(event.getPartition(), event.getOffset());
                noticed.add(
                        new Noticed(
                                event.getKind(),
                                event.getSignal(),
                                event.getSize(),
                                position.orElse(Noticed.NOWHERE)));
            }
        }
        return noticed;
    }

    private String state() {
        String state =
                "%,d of %,d samples, learned %,d, version %d"
                        .formatted(
                                fed.samples(),
                                plan.samples(),
                                services.learned(),
                                services.served());
        progress.accept(state);
        return state;
    }

    private void until(String what, BooleanSupplier reached) throws InterruptedException {
        vigil.until(what, this::state, reached);
    }

    @Override
    public void close() {
        vigil.close();
    }
}
