package io.decant.cli.demo;

import io.decant.cli.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How the figures of a demo were measured, and what they do not say. <i>Thread-safe.</i> */
final class Measured {
    private Measured() {}

    /** One sentence or two each. */
    static List<String> sentences(DemoPage.Facts facts) {
        Report report = facts.report();
        List<String> notes = new ArrayList<>();
        notes.add(
                String.format(
                        Locale.ROOT,
                        "Hold-out: all %,d test samples of %s, asked of version %d through the gateway. They chose nothing in this run.",
                        facts.testSamples(),
                        report.dataset(),
                        report.versionsPublished()));
        notes.add(
                report.labelledSamples() == 0
                        ? "Prequential accuracy is not known: no label was produced."
                        : String.format(
                                Locale.ROOT,
                                "Prequential accuracy: the weights just before a sample was learned, scored on the labels that arrived, which are %,d for %,d samples.",
                                report.labelledSamples(),
                                report.samples()));
        if (facts.options().labelNoise() > 0) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "A label names another class with probability %s; against the classes in the files prequential accuracy is %s.",
                            Shown.percent(facts.options().labelNoise()),
                            Shown.percent(report.prequentialCleanAccuracy())));
        }
        notes.add(
                report.teacherOverlap().equals("none")
                        ? "The teacher was not trained on streamed samples."
                        : "Whether the teacher was trained on streamed samples is not known.");
        notes.add(
                "Freshness: from a sample's timestamp to the gateway's swap to the first version that has learned it; its quantiles leave out the first 5 s. Broker, services and requests shared one machine, and all clocks were its own.");
        notes.add("Time of an answer: one sample after the other on one thread, without HTTP.");
        return notes;
    }
}
