package io.decant.cli.scenario;

import java.util.ArrayList;
import java.util.List;

/** Classes come in blocks, and do not come back. <i>Immutable.</i> */
record ClassIncremental() implements Scenario {
    private static final int CLASSES_PER_BLOCK = 2;
    private static final String ROW = "blocks of classes";
    private static final Variant REHEARSAL = Variant.of("rehearsal");

    /**
     * A weight that nothing moves, beside trust, which judges the teacher by the present class
     * frequencies.
     */
    private static final Variant FIXED = Variant.fixedAlpha(0.9);

    private static final Variant NONE = Variant.of("no rehearsal", "trainer.rehearsal.capacity=0");

    @Override
    public String name() {
        return "class-incremental";
    }

    @Override
    public String about() {
        return "Classes come two at a time and never return (--classes: their order).";
    }

    @Override
    public List<Trial> trials(Given given) {
        List<Integer> order = new ArrayList<>(given.classesOr(given.everyClass()));
        given.everyClass().stream().filter(each -> !order.contains(each)).forEach(order::add);
        return List.of(
                Trial.of(
                                ROW,
                                new Draft(given)
                                        .blocks(
                                                index ->
                                                        order.indexOf(given.classOf()[index])
                                                                / CLASSES_PER_BLOCK)
                                        .plan())
                        .with(REHEARSAL, FIXED, NONE));
    }

    @Override
    public List<Measure> measures(Given given) {
        return List.of(Measure.HOLDOUT, Measure.SHADOW, Measure.PREQUENTIAL);
    }

    @Override
    public String shows(Summary summary) {
        return "After all blocks the student still knows "
                + summary.text(ROW + ", " + REHEARSAL.name(), Figure.HOLDOUT)
                + " of the test files, "
                + summary.text(ROW + ", " + NONE.name(), Figure.HOLDOUT)
                + " without rehearsal, and "
                + summary.text(ROW + ", " + NONE.name(), Figure.SHADOW)
                + " from labels alone.";
    }
}
