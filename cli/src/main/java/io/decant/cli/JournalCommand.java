package io.decant.cli;

import io.decant.pipeline.record.RecordCodec;
import io.decant.serde.WriterSchemas;
import io.decant.trainer.export.JournalExport;
import io.decant.trainer.replay.ModelHistory;
import io.decant.trainer.replay.Replay;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Works on the training journal. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        description = "Takes the training journal out of a cluster.",
        subcommands = JournalCommand.Export.class,
        footer = {"", "Example: decant journal export --data-dir my-run --out student.avro"})
final class JournalCommand implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "What about the journal? Expected: export.");
    }

    /** {@code decant journal export}. */
    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Writes what one model learned from into a file: records, lineage, the state to begin with, schemas.",
                "The file outlives the journal's retention and needs neither broker nor registry."
            },
            footer = {
                "",
                "Example: decant journal export --bootstrap localhost:9092 --model student --out student.avro"
            })
    static final class Export implements Callable<Integer> {
        @Option(
                names = "--out",
                required = true,
                paramLabel = "FILE",
                description = "The file to write (an Avro container file).")
        private Path out;

        @Option(
                names = "--from-version",
                paramLabel = "A",
                description = "First version to be made again; default: the oldest possible.")
        private Long from;

        @Option(
                names = "--to-version",
                paramLabel = "B",
                description = "Last version; default: the newest.")
        private Long to;

        @Mixin private HistoryOptions source;

        @Spec private CommandSpec spec;

        @Override
        public Integer call() {
            try (HistoryOptions.Opened opened = source.open()) {
                WriterSchemas schemas =
                        WriterSchemas.ofRegistry(
                                RecordCodec.properties(
                                        opened.cluster()
                                                .orElseThrow(
                                                        () ->
                                                                new CommandFailure(
                                                                        "--journal names a file that is exported already; name a cluster or a folder"))));
                ModelHistory history = opened.history();
                try (RecordProgress progress =
                        new RecordProgress(
                                "export",
                                history,
                                to == null ? Replay.newest(history) : to,
                                spec.commandLine().getOut())) {
                    JournalExport.Summary summary =
                            new JournalExport(history, schemas, progress, InstantSource.system())
                                    .write(out, optional(from), optional(to));
                    progress.end();
                    show(history.model(), summary);
                    return 0;
                }
            }
        }

        private void show(String model, JournalExport.Summary summary) {
            spec.commandLine()
                    .getOut()
                    .printf(
                            Locale.ROOT,
                            "%s: versions %d to %d of model %s from %s; %,d records of %,d bytes in a file of %,d bytes%n",
                            summary.file(),
                            summary.startVersion() + 1,
                            summary.lastVersion(),
                            model,
                            summary.startVersion() == 0
                                    ? "genesis"
                                    : "the state of version " + summary.startVersion(),
                            summary.records(),
                            summary.bytes(),
                            summary.fileBytes());
            spec.commandLine().getOut().flush();
        }

        private static OptionalLong optional(Long value) {
            return value == null ? OptionalLong.empty() : OptionalLong.of(value);
        }
    }
}
