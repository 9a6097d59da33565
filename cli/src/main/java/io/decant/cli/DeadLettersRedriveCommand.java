package io.decant.cli;

import io.decant.cli.deadletters.Letter;
import io.decant.cli.deadletters.LetterFilter;
import io.decant.cli.deadletters.LetterId;
import io.decant.cli.deadletters.LetterReader;
import io.decant.cli.deadletters.LetterView;
import io.decant.cli.deadletters.RedriveRun;
import io.decant.cli.deadletters.Redriver;
import io.decant.cli.deadletters.Remedies;
import io.decant.cli.deadletters.Remedy;
import io.decant.cli.deadletters.Shelf;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant dead-letters redrive}. */
@Command(
        name = "redrive",
        mixinStandardHelpOptions = true,
        description = {
            "Sends the records of dead letters to their topics again, each to its right partition, once: what was sent is marked in the same transaction.",
            "Records that would be refused again are left, and said why; the exit code is 1 then."
        },
        footer = {
            "",
            "Example: decant dead-letters redrive --with-reason WRONG_PARTITION --reason \"producer mended\" --bootstrap localhost:9092"
        })
final class DeadLettersRedriveCommand implements Callable<Integer> {
    private static final int MOST = 100_000;
    private static final double FASTEST = 1_000_000;
    private static final int SHOWN = 20;

    @Mixin private ClusterOptions cluster;

    @Mixin private LetterOptions letters;

    @Mixin private AuthorOptions signed;

    @Mixin private Printing printing;

    @Parameters(
            paramLabel = "PARTITION@OFFSET",
            arity = "0..*",
            description = "Only these letters; default: all that the options choose.")
    private List<String> chosen = List.of();

    @Option(
            names = "--max",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Most letters of one run, the oldest; default: ${DEFAULT-VALUE}.")
    private int max;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "100",
            description = "Most records a second; default: ${DEFAULT-VALUE}.")
    private double rate;

    @Option(
            names = "--same-partition",
            description =
                    "Send records back to the partition that they were in, for an installation with source.partitioning: as-is.")
    private boolean samePartition;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        signed.check();
        require(max >= 1 && max <= MOST, "--max must be between 1 and " + MOST + ", was " + max);
        require(
                rate > 0 && rate <= FASTEST,
                "--rate must be above 0 and at most " + FASTEST + ", was " + rate);
        ClusterSettings where = cluster.cluster();
        LetterFilter filter = letters.filter(where.topics(), Instant.now());
        List<LetterId> named = named();
        InstantSource clock = InstantSource.system();
        try (RecordCodec codec = new RecordCodec(where);
                Redriver redriver = dryRun ? null : new Redriver(where, codec, clock);
                LetterReader reader = new LetterReader(where, clock, LetterOptions.PATIENCE)) {
            // Read after the redriver has taken over: every mark is there.
            Shelf shelf = Shelf.ofOldestUnmarked(filter, MOST);
            reader.read(filter.since(), shelf::takeMark);
            reader.read(
                    filter.since(),
                    letter -> {
                        if (letter.isMark() || named.isEmpty() || named.contains(letter.id())) {
                            shelf.take(letter);
                        }
                    });
            List<LetterId> waiting = shelf.letters().stream().map(Letter::id).toList();
            requireThere(named.stream().filter(id -> shelf.mark(id).isEmpty()).toList(), waiting);
            List<LetterId> due = waiting.stream().limit(max).toList();
            RedriveRun run =
                    new RedriveRun(
                            reader,
                            new Remedies(where.topics(), codec, clock, samePartition),
                            Optional.ofNullable(redriver),
                            rate,
                            System::nanoTime,
                            time -> LockSupport.parkNanos(time.toNanos()));
            return report(
                    run.over(due, signed.author(), signed.reason()),
                    shelf.marked(),
                    shelf.matching() - shelf.marked() - due.size());
        } catch (ProducerFencedException | InvalidProducerEpochException overtaken) {
            throw new CommandFailure(
                    "another 'dead-letters redrive' began and took over; what this one sent is marked, run it again for the rest",
                    overtaken);
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not let it: " + unanswered.getMessage(), unanswered);
        }
    }

    private static void requireThere(List<LetterId> named, List<LetterId> found) {
        List<LetterId> missing = named.stream().filter(id -> !found.contains(id)).toList();
        if (!missing.isEmpty()) {
            throw new CommandFailure(
                    "nothing was sent: there is no dead letter "
                            + missing
                            + " among those that the options choose; see 'decant dead-letters list'");
        }
    }

    private List<LetterId> named() {
        try {
            return chosen.stream().map(LetterId::parse).toList();
        } catch (IllegalArgumentException malformed) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), malformed.getMessage(), malformed);
        }
    }

    private void require(boolean rule, String message) {
        if (!rule) {
            throw new CommandLine.ParameterException(spec.commandLine(), message);
        }
    }

    private int report(List<RedriveRun.Done> all, long before, long rest) {
        List<Map<String, Object>> sent = new ArrayList<>();
        List<Map<String, Object>> left = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (RedriveRun.Done one : all) {
            Map<String, Object> line = LetterView.line(one.letter(), Optional.empty());
            line.remove("redriven");
            if (one.remedy() instanceof Remedy.Resend resend) {
                line.put("toPartition", resend.partition());
                line.put("note", resend.note());
                sent.add(line);
                if (!resend.note().isEmpty()) {
                    notes.add("  " + one.letter().id() + ": " + resend.note());
                }
            } else if (one.remedy() instanceof Remedy.Leave leave) {
                line.put("left", leave.reason());
                left.add(line);
                notes.add("  " + one.letter().id() + " LEFT: " + leave.reason());
            }
        }
        List<String> lines = new ArrayList<>();
        lines.add(
                (dryRun ? "would redrive " : "redriven ")
                        + sent.size()
                        + ", left "
                        + left.size()
                        + ", redriven before "
                        + before
                        + (rest > 0 ? ", beyond --max " + rest : ""));
        lines.addAll(notes.subList(0, Math.min(SHOWN, notes.size())));
        if (notes.size() > SHOWN) {
            lines.add("  and " + (notes.size() - SHOWN) + " more; all with --json");
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("dryRun", dryRun);
        json.put("redriven", sent);
        json.put("left", left);
        json.put("redrivenBefore", before);
        json.put("beyondMax", rest);
        printing.print(String.join(System.lineSeparator(), lines) + System.lineSeparator(), json);
        return left.isEmpty() ? 0 : 1;
    }
}
