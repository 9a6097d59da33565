package io.decant.cli.scenario;

import io.decant.cli.run.RunWatch;
import io.decant.cli.run.SampleFeed;
import io.decant.cli.run.StackSettings;
import io.decant.cli.run.StreamPlan;
import io.decant.cli.run.Vigil;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.Event;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
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
    private final TrialServices services;
    private final ClusterSettings cluster;
    private final InstantSource clock;
    private final int ahead;
    private final Vigil vigil;
    private final RunWatch.View seen;
    private final SampleFeed.Progress fed = new SampleFeed.Progress();
    private final AtomicInteger ceiling = new AtomicInteger();
    private final Examination examination;
    private volatile boolean teacherIsAway;
    private Double catchUpSeconds;

    /**
     * @param teacher file of the trial's teacher
     * @param ahead samples that may be under way
     */
    TrialRun(
            Trial trial,
            Inputs inputs,
            Path teacher,
            TrialServices services,
            ClusterSettings cluster,
            InstantSource clock,
            int ahead) {
        this.trial = trial;
        this.plan = trial.plan();
        this.inputs = inputs;
        this.services = services;
        this.cluster = cluster;
        this.clock = clock;
        this.ahead = ahead;
        this.vigil = new Vigil(services.stack(), LOOK);
        Set<String> labelled = new HashSet<>();
        IntStream.range(0, plan.samples())
                .filter(position -> plan.item(position).label().isPresent())
                .forEach(position -> labelled.add(plan.sampleId(position)));
        this.seen = new RunWatch.View(labelled::contains);
        this.examination = new Examination(trial, inputs, teacher, services, vigil, this::state);
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
        Map<Variant, Long> last = examination.finish();
        double seconds = (System.nanoTime() - started) / 1e9;
        return examination.atTheEnd(last, course(seconds));
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
            examination.at(examine);
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

    /** Each sample has its pair, or nobody will make one; each late label has its correction. */
    private boolean journalIsComplete() {
        return seen.pairs() + seen.neverPaired() + seen.deadLetters() >= plan.samples()
                && seen.awaitingCorrection(
                                IntStream.range(0, plan.samples())
                                        .filter(p -> plan.item(p).label().isPresent())
                                        .mapToObj(plan::sampleId))
                        == 0;
    }

    private Observation.Course course(double seconds) {
        Observation.Flow flow =
                new Observation.Flow(
                        1 - seen.skipped() / (double) plan.samples(),
                        plan.samples() - seen.pairs() - seen.neverPaired(),
                        seconds,
                        catchUpSeconds);
        Map<String, List<Noticed>> events = new HashMap<>();
        trial.variants().forEach(variant -> events.put(services.model(variant), new ArrayList<>()));
        JournalPositions positions = JournalPositions.of(plan, seen.firstPairs());
        for (RunWatch.View.Happened happened : seen.events()) {
            Event event = happened.event();
            if (events.containsKey(happened.model())) {
                int position =
                        positions
                                .at(event.getPartition(), event.getOffset())
                                .orElse(Noticed.NOWHERE);
                events.get(happened.model())
                        .add(
                                new Noticed(
                                        event.getKind(),
                                        event.getSignal(),
                                        event.getSize(),
                                        position));
            }
        }
        return new Observation.Course(events, flow);
    }

    private String state() {
        return "%,d of %,d samples, learned %,d, version %d"
                .formatted(fed.samples(), plan.samples(), services.learned(), services.served());
    }

    private void until(String what, BooleanSupplier reached) throws InterruptedException {
        vigil.until(what, this::state, reached);
    }

    /** Ends the stream and the services. */
    @Override
    public void close() {
        vigil.close();
        services.close();
    }
}
