package io.decant.cli;

import io.decant.cli.page.ModelFacts;
import io.decant.cli.page.RunPage;
import io.decant.cli.page.RunPage.Figure;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.RunPage.Tone;
import io.decant.cli.page.Table;
import io.decant.cli.page.TrainingPoint;
import io.decant.cli.page.Unit;
import io.decant.records.Lineage;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Outcome;
import io.decant.trainer.replay.Replay;
import io.decant.trainer.replay.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The page of a verification. <i>Immutable.</i> */
record VerificationPage(
        ModelHistory history,
        Outcome outcome,
        List<TrainingPoint> steps,
        long records,
        double seconds,
        Instant ended,
        String command) {

    RunPage page() {
        RunPage head =
                new RunPage(
                        history.model() + ": made again from its journal",
                        String.format(
                                Locale.ROOT,
                                "%s, ended %s after %.1f s",
                                command,
                                Shown.time(ended),
                                seconds),
                        sentence(),
                        outcome.allEqual() ? Tone.GOOD : Tone.CARE,
                        figures(),
                        List.of(Section.tables("result", "Result", List.of(verdicts()))));
        return new ReplayPage(history, steps).page(head, card(), this::verdict, command);
    }

    private Table verdicts() {
        return Table.of(
                "Verdicts",
                outcome.runs().stream()
                        .map(run -> List.of(Verdicts.versions(run), Verdicts.words(run.verdict())))
                        .toList(),
                "",
                "");
    }

    private Section card() {
        List<Table> tables = new ArrayList<>();
        long newest = Replay.newest(history);
        history.weights(newest)
                .ifPresent(
                        anchor ->
                                tables.add(
                                        ModelFacts.model(history.model(), newest, anchor.spec())));
        if (!history.lineage().isEmpty()) {
            Lineage last = history.lineage().lastEntry().getValue();
            tables.add(ModelFacts.journal(history.lineage().values()));
            tables.add(ModelFacts.engine(last));
            tables.add(ModelFacts.settings(last));
        }
        return Section.tables(
                "model",
                "Model card",
                tables,
                "The start of a card: what was recorded about "
                        + history.model()
                        + ". "
                        + teachers());
    }

    private String teachers() {
        List<String> ids =
                history.manifests().values().stream()
                        .flatMap(manifest -> manifest.getTeacherIds().stream())
                        .distinct()
                        .sorted()
                        .toList();
        return ids.isEmpty() ? "No teacher is named." : "Teachers: " + String.join(", ", ids) + ".";
    }

    private String sentence() {
        if (outcome.allEqual()) {
            return outcome.equal() == 1
                    ? "The version that was made again is bit for bit the one that was published, in its weights and in its state."
                    : String.format(
                            Locale.ROOT,
                            "All %,d versions that were made again are bit for bit those that were published, in their weights and in their state.",
                            outcome.equal());
        }
        return String.format(
                Locale.ROOT,
                "Not everything is proven: %,d versions are equal, %,d differ, %,d could not be compared.",
                outcome.equal(),
                outcome.different(),
                outcome.notVerifiable());
    }

    private List<Figure> figures() {
        return List.of(
                new Figure("equal", Shown.count(outcome.equal()), "weights and state, bit for bit"),
                new Figure("different", Shown.count(outcome.different()), "in some bit"),
                new Figure(
                        "not verifiable",
                        Shown.count(outcome.notVerifiable()),
                        "what they need is gone"),
                new Figure(
                        "records a second",
                        Unit.COUNT.text(records / seconds),
                        Shown.count(records) + " in " + Unit.SECONDS.text(seconds)));
    }

    private String verdict(long version) {
        return outcome.runs().stream()
                .filter(run -> run.first() <= version && version <= run.last())
                .map(Outcome.Run::verdict)
                .map(
                        verdict ->
                                verdict instanceof Verdict.Equal
                                        ? "equal"
                                        : verdict instanceof Verdict.Differs
                                                ? "differs"
                                                : "not verifiable")
                .findFirst()
                .orElse("not asked for");
    }
}
