package io.decant.cli;

import io.decant.cli.deadletters.Letter;
import io.decant.cli.deadletters.LetterFilter;
import io.decant.cli.deadletters.LetterId;
import io.decant.cli.deadletters.LetterReader;
import io.decant.cli.deadletters.LetterView;
import io.decant.cli.deadletters.Remedies;
import io.decant.cli.deadletters.Remedy;
import io.decant.cli.deadletters.Shelf;
import io.decant.cli.topics.ShownRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.topics.Topic;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant dead-letters show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        description =
                "Shows one dead letter: the reason, the record's bytes and headers, what they decode to, and whether it can be redriven.",
        footer = {"", "Example: decant dead-letters show 2@15 --bootstrap localhost:9092"})
final class DeadLettersShowCommand implements Callable<Integer> {
    private static final int SHOWN_HEX = 512;

    @Mixin private PlaceOptions place;

    @Mixin private Printing printing;

    @Parameters(
            paramLabel = "PARTITION@OFFSET",
            description = "The letter, as 'dead-letters list' names it.")
    private String letter;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        LetterId id;
        try {
            id = LetterId.parse(letter);
        } catch (IllegalArgumentException malformed) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), malformed.getMessage(), malformed);
        }
        try (PlaceOptions.Place opened = place.open()) {
            show(opened.cluster(), id);
            return 0;
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    private void show(ClusterSettings cluster, LetterId id) {
        Shelf shelf = Shelf.ofNewest(LetterFilter.ALL, 1);
        try (LetterReader reader =
                        new LetterReader(cluster, InstantSource.system(), LetterOptions.PATIENCE);
                RecordCodec codec = new RecordCodec(cluster)) {
            Letter found =
                    reader.at(id.partition(), new TreeSet<>(Set.of(id.offset()))).stream()
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new CommandFailure(
                                                    "there is no dead letter at "
                                                            + id
                                                            + "; see 'decant dead-letters list'"));
            reader.read(Optional.empty(), shelf::take);
            Map<String, Object> json = LetterView.whole(found, shelf.mark(id));
            json.put("decoded", decoded(cluster, found, codec));
            json.put(
                    "redrive",
                    sentence(
                            new Remedies(cluster.topics(), codec, InstantSource.system(), false)
                                    .of(found)));
            printing.print(text(json), json);
        }
    }

    /** What the record's own topic would make of its bytes; null for a topic that is not ours. */
    private static Map<String, Object> decoded(
            ClusterSettings cluster, Letter found, RecordCodec codec) {
        return Arrays.stream(Topic.values())
                .filter(each -> cluster.topics().name(each).equals(found.content().getTopic()))
                .findFirst()
                .map(
                        topic ->
                                new LinkedHashMap<>(
                                        ShownRecord.of(topic, found.refused(), codec).facts()))
                .map(
                        facts -> {
                            facts.keySet().retainAll(Set.of("type", "value", "problem"));
                            return facts;
                        })
                .orElse(null);
    }

    private static String sentence(Remedy remedy) {
        if (remedy instanceof Remedy.Resend resend) {
            return "can be sent to partition "
                    + resend.partition()
                    + (resend.note().isEmpty() ? "" : "; " + resend.note());
        }
        return "cannot be sent again: " + ((Remedy.Leave) remedy).reason();
    }

    private static String text(Map<String, Object> facts) {
        StringBuilder text = new StringBuilder();
        facts.forEach(
                (name, value) -> {
                    String shown = String.valueOf(value);
                    String cut =
                            name.equals("value") && shown.length() > SHOWN_HEX
                                    ? shown.substring(0, SHOWN_HEX) + " ... (all with --json)"
                                    : shown;
                    text.append(String.format("  %-10s %s%n", name, cut));
                });
        return text.toString();
    }
}
