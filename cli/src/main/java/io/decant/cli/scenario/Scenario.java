package io.decant.cli.scenario;

import java.util.List;

/**
 * An experiment: which streams it needs, what is measured on them, and what that shows. Pure.
 * <i>Immutable.</i>
 */
interface Scenario {
    /** As on the command line. */
    String name();

    /** What it is about, one line. */
    String about();

    /** The streams for one seed. */
    List<Trial> trials(Given given);

    /** What its table shows of every trial, in order. */
    List<Measure> measures(Given given);

    /** What comes out of several trials of one seed. */
    default List<Derived> derived(Given given) {
        return List.of();
    }

    /** What it shows, one sentence with the figures. */
    String shows(Summary summary);
}
