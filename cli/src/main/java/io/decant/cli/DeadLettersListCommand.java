package io.decant.cli;

import io.decant.cli.deadletters.Letter;
import io.decant.cli.deadletters.LetterFilter;
import io.decant.cli.deadletters.LetterReader;
import io.decant.cli.deadletters.LetterView;
import io.decant.cli.deadletters.Shelf;
import io.decant.pipeline.kafka.ClusterSettings;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code decant dead-letters list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the newest dead letters, oldest first.",
        footer = {
            "",
            "Example: decant dead-letters list --since PT2H --stage teacher --bootstrap localhost:9092"
        })
final class DeadLettersListCommand implements Callable<Integer> {
    private static final int MOST = 100_000;

    @Mixin private PlaceOptions place;

    @Mixin private LetterOptions letters;

    @Mixin private Printing printing;

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "20",
            description = "Most letters that are listed, the newest; default: ${DEFAULT-VALUE}.")
    private int max;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        if (max < 1 || max > MOST) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--max must be between 1 and " + MOST + ", was " + max);
        }
        try (PlaceOptions.Place opened = place.open()) {
            list(opened.cluster());
            return 0;
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    private void list(ClusterSettings cluster) {
        LetterFilter filter = letters.filter(cluster.topics(), Instant.now());
        Shelf shelf = Shelf.ofNewest(filter, max);
        try (LetterReader reader =
                new LetterReader(cluster, InstantSource.system(), LetterOptions.PATIENCE)) {
            reader.read(filter.since(), shelf::take);
        }
        TextTable table =
                new TextTable("letter", "at", "stage", "reason", "record", "redriven", "detail");
        for (Letter letter : shelf.letters()) {
            table.row(
                    letter.id().toString(),
                    Shown.time(Instant.ofEpochMilli(letter.content().getAtMillis())),
                    letter.content().getStage(),
                    letter.content().getReason().name(),
                    letter.origin(),
                    shelf.mark(letter.id())
                            .map(mark -> "by " + mark.content().getRedriven().getAuthor())
                            .orElse("-"),
                    letter.content().getDetail());
        }
        List<Letter> shown = shelf.letters();
        String older =
                shelf.matching() > shown.size()
                        ? String.format(
                                Locale.ROOT,
                                "  %,d older ones; --max shows more%n",
                                shelf.matching() - shown.size())
                        : "";
        printing.print(
                shown.isEmpty()
                        ? "no dead letter" + System.lineSeparator()
                        : older + table.toString(),
                json(shelf));
    }

    private static Map<String, Object> json(Shelf shelf) {
        List<Map<String, Object>> lines =
                shelf.letters().stream()
                        .map(letter -> LetterView.line(letter, shelf.mark(letter.id())))
                        .toList();
        return Map.of("matching", shelf.matching(), "letters", lines);
    }
}
