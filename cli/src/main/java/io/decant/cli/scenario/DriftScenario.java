package io.decant.cli.scenario;

import io.decant.cli.run.Rendering;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The inputs change their look, and change back. <i>Immutable.</i> */
record DriftScenario() implements Scenario {
    /** The world's look, segment by segment; what comes twice is remembered or not. */
    private static final List<Rendering> SEGMENTS =
            List.of(Rendering.PLAIN, Rendering.TRANSPOSED, Rendering.INVERTED, Rendering.PLAIN);

    private static final String ROW = "drift";
    private static final String OLD = "old domain";
    private static final Variant REHEARSAL = Variant.of("rehearsal");
    private static final Variant NONE = Variant.of("no rehearsal", "trainer.rehearsal.capacity=0");
    private static final Figure REMEMBERED =
            Figure.share("oldDomain", "first domain, before it returns");
    private static final Figure SHADOW_REMEMBERED =
            Figure.share("shadowOldDomain", "the same, shadow");
    private static final Figure EVENTS = Figure.count("driftEvents", "drift events");

    @Override
    public String name() {
        return "drift";
    }

    @Override
    public String about() {
        return "Samples are plain, then transposed, then inverted, then plain again (--switch-at: the three positions).";
    }

    /** A stream of these segments; {@code budget} has the same. */
    static Draft draft(Given given) {
        List<Integer> switches = given.switches(SEGMENTS.size() - 1);
        return new Draft(given).rendering(position -> SEGMENTS.get(segment(switches, position)));
    }

    /** A teacher that knows all of them. */
    static TeacherChoice teacher() {
        return new TeacherChoice.General(SEGMENTS.stream().distinct().toList());
    }

    private static int segment(List<Integer> switches, int position) {
        return (int) switches.stream().filter(at -> at <= position).count();
    }

    @Override
    public List<Trial> trials(Given given) {
        int third = given.switches(SEGMENTS.size() - 1).get(SEGMENTS.size() - 2);
        return List.of(
                Trial.of(ROW, draft(given).plan())
                        .with(teacher())
                        .with(REHEARSAL, NONE)
                        .with(new Cue.Examine(third, OLD, Exam.PLAIN)));
    }

    @Override
    public List<Measure> measures(Given given) {
        List<Measure> measures = new ArrayList<>();
        measures.add(Measure.PREQUENTIAL);
        measures.add(Measure.SHADOW_PREQUENTIAL);
        measures.add(new Measure(REMEMBERED, seen -> seen.examined().get(OLD).accuracy()));
        measures.add(
                new Measure(
                        SHADOW_REMEMBERED,
                        seen ->
                                seen.shadowExamined().containsKey(OLD)
                                        ? seen.shadowExamined().get(OLD).accuracy()
                                        : null));
        measures.add(Measure.HOLDOUT);
        List<Integer> switches = given.switches(SEGMENTS.size() - 1);
        Set<Rendering> known = new HashSet<>(SEGMENTS.subList(0, 1));
        for (int segment = 1; segment < SEGMENTS.size(); segment++) {
            if (known.add(SEGMENTS.get(segment))) {
                int from = switches.get(segment - 1);
                int to = switches.get(segment);
                String look = SEGMENTS.get(segment).name().toLowerCase(Locale.ROOT);
                measures.add(
                        new Measure(
                                Figure.count("delay." + look, "samples until drift to " + look),
                                seen -> seen.delay(Noticed.DRIFT, from, to)));
            }
        }
        measures.add(new Measure(EVENTS, seen -> (double) seen.noticed(Noticed.DRIFT).size()));
        return measures;
    }

    @Override
    public String shows(Summary summary) {
        String with = ROW + ", " + REHEARSAL.name();
        String without = ROW + ", " + NONE.name();
        return "While the world looks different, the student keeps "
                + summary.text(with, REMEMBERED)
                + " of the first domain ("
                + summary.text(without, REMEMBERED)
                + " without rehearsal), at "
                + summary.text(with, Figure.PREQUENTIAL)
                + " prequential accuracy over all segments.";
    }
}
