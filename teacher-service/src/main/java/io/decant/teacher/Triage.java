package io.decant.teacher;

import io.decant.records.Event;
import io.decant.teacher.answer.Question;
import io.decant.teacher.batch.BatchCollector;
import io.decant.teacher.budget.Budget;
import io.decant.teacher.budget.Budget.Decision;
import io.decant.teacher.budget.Budget.Situation;
import io.decant.teacher.budget.Choice;
import io.decant.teacher.budget.Ladder;
import io.decant.teacher.budget.Opinions;
import io.decant.teacher.followed.FollowedStudent;
import io.decant.teacher.metrics.TeacherEvents;
import io.decant.teacher.reload.TeacherFit;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Samples that wait until some of them are chosen to be asked about, a window at a time. <i>Owned
 * by the stage's thread.</i>
 */
final class Triage {
    private final BatchCollector<Question> window;
    private final Budget budget;
    private final Optional<FollowedStudent> student;
    private final TeacherEvents events = new TeacherEvents();
    private final InstantSource clock;
    private boolean drifting;
    private Duration age = Duration.ZERO;

    /** Hears what becomes of each sample, in the order in which they came. */
    interface Listener {
        /**
         * One sample.
         *
         * @param studentClass the student's, for a monitor's sample; else {@link #NO_OPINION}
         */
        void decided(Question question, Choice choice, int studentClass);
    }

    /** In place of a class. */
    static final int NO_OPINION = -1;

    private Triage(
            TeacherConfig config,
            Optional<FollowedStudent> student,
            InstantSource clock,
            InstantSource waits) {
        // A commit closes the window, so it needs no time of its own.
        window = new BatchCollector<>(config.budget().window(), Long.MAX_VALUE);
        budget = new Budget(config.budget(), config.ladder(), waits);
        this.student = student;
        this.clock = clock;
    }

    /**
     * None where every sample is asked about.
     *
     * @param clock tells the time of day
     * @param waits measures waits; never goes back
     */
    static Optional<Triage> of(
            TeacherConfig config,
            Optional<FollowedStudent> student,
            InstantSource clock,
            InstantSource waits) {
        return Budget.isNeeded(config.budget(), config.ladder())
                ? Optional.of(new Triage(config, student, clock, waits))
                : Optional.empty();
    }

    /** Adds a sample to the window; true when that is full and must be decided. */
    boolean add(Question question) {
        window.add(question, clock.millis());
        return window.isFull();
    }

    boolean isEmpty() {
        return window.isEmpty();
    }

    /** Decides about the window, if there is one. */
    void decide(TeacherFit teacher, Listener listener) {
        if (window.isEmpty()) {
            return;
        }
        List<Question> questions = List.copyOf(window.members());
        window.clear();
        Optional<Opinions> opinions =
                student.flatMap(
                        who ->
                                who.opinions(
                                        questions.stream().map(Question::features).toList(),
                                        teacher));
        ConsumerRecord<byte[], byte[]> oldest =
                questions.stream()
                        .map(Question::origin)
                        .min(Comparator.comparingLong(ConsumerRecord::timestamp))
                        .orElseThrow();
        age = Duration.ofMillis(Math.max(0, clock.millis() - oldest.timestamp()));
        lookForDrift(oldest);
        Decision decision =
                budget.choose(
                        questions.stream().map(each -> each.sample().getSampleId()).toList(),
                        new Situation(opinions, drifting, age));
        decision.change().ifPresent(change -> climbed(change, oldest));
        for (int i = 0; i < questions.size(); i++) {
            Choice choice = decision.choices().get(i);
            boolean compared = choice == Choice.MONITOR && opinions.isPresent();
            listener.decided(
                    questions.get(i), choice, compared ? opinions.get().classOf(i) : NO_OPINION);
        }
    }

    private void lookForDrift(ConsumerRecord<byte[], byte[]> at) {
        boolean now = student.filter(FollowedStudent::drifts).isPresent();
        boolean changes = budget.shareDuring(true) != budget.shareDuring(false);
        if (now != drifting && changes) {
            events.happened(
                    event(
                            "budget",
                            now ? "drift" : "no-drift",
                            budget.shareDuring(now),
                            at,
                            now
                                    ? "the student's trainer reacts to drift"
                                    : "the student's trainer has stopped to react to drift"));
        }
        drifting = now;
    }

    private void climbed(Ladder.Change change, ConsumerRecord<byte[], byte[]> oldest) {
        double seconds = change.age().toMillis() / 1e3;
        events.happened(
                event(
                        "ladder",
                        change.to().text(),
                        seconds,
                        oldest,
                        "from "
                                + change.from().text()
                                + " to "
                                + change.to().text()
                                + ", because the oldest unanswered sample is "
                                + seconds
                                + " s old"));
    }

    private static Event event(
            String kind,
            String signal,
            double size,
            ConsumerRecord<byte[], byte[]> at,
            String detail) {
        return new Event(kind, signal, size, at.partition(), at.offset(), detail);
    }

    /** The teacher answered to a monitor's sample that the student has an opinion of. */
    void compared(boolean sameClass) {
        budget.answered(sameClass);
    }

    /** Forgets the window, and what was chosen since the last commit. */
    void givenUp() {
        window.clear();
        budget.givenUp();
        events.givenUp();
    }

    /** What was chosen and reported is final. */
    void committed() {
        budget.committed();
        events.committed();
    }

    /** Adds what a report says of it. */
    void report(Map<String, Double> values) {
        values.putAll(budget.report());
        values.put("oldest_age_millis", (double) age.toMillis());
        values.put("events", (double) events.count());
    }

    /** What the next report tells of. */
    List<Event> events() {
        return events.tell();
    }
}
