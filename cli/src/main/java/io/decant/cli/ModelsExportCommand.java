package io.decant.cli;

import io.decant.cli.models.ExportFile;
import io.decant.cli.models.VersionCheck.Finding;
import io.decant.gateway.store.LastGoodModel;
import io.decant.model.forward.InstalledStudents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.serde.WriterSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant models export}. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        description = "Writes a verified version to a file that other tools read.",
        footer = {
            "",
            "Example: decant models export 12 --format pt --out student.pt --bootstrap localhost:9092"
        })
final class ModelsExportCommand implements Callable<Integer> {
    /** Kind of file. */
    enum Format {
        /** Parameters by name, F32. */
        safetensors,
        /** TorchScript: raw input to logits, or what the student's own file takes. */
        pt
    }

    @Mixin private RegisterOptions options;

    @Mixin private TrustOptions trust;

    @Mixin private StudentOption student;

    @Parameters(paramLabel = "VERSION", description = "Number of the version.")
    private long version;

    @Option(names = "--out", paramLabel = "FILE", required = true, description = "File to write.")
    private Path out;

    @Option(
            names = "--format",
            paramLabel = "safetensors|pt",
            defaultValue = "safetensors",
            description =
                    "safetensors (parameters by name) or pt (TorchScript, raw input to logits; of a student that was a TorchScript file: that file with the version's weights, standardised input to logits); default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--last-good",
            description =
                    "Write what a gateway starts with when it finds it in its data-dir: to ship a model with a product. FILE may be that folder.")
    private boolean lastGood;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (lastGood && spec.commandLine().getParseResult().hasMatchedOption("--format")) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Either --format or --last-good, not both.");
        }
        try (InstalledStudents students = student.open()) {
            return export(students);
        }
    }

    private int export(InstalledStudents students) throws InterruptedException {
        return options.on(
                (cluster, reader, register) -> {
                    Finding finding =
                            RegisterOptions.check(reader, register, trust.check(cluster), students)
                                    .check(version);
                    if (finding instanceof Finding.Wrong wrong) {
                        throw new CommandFailure(
                                "nothing was written: version "
                                        + version
                                        + " does not verify: "
                                        + wrong.reason());
                    }
                    return write((Finding.Sound) finding, cluster, students);
                });
    }

    private int write(Finding.Sound sound, ClusterSettings cluster, InstalledStudents students) {
        byte[] content = content(sound, cluster, students);
        Path file =
                lastGood && Files.isDirectory(out)
                        ? out.resolve(LastGoodModel.fileName(sound.manifest().getModel()))
                        : out;
        Path incomplete = file.resolveSibling(file.getFileName() + ".incomplete");
        try {
            Files.write(incomplete, content);
            Files.move(incomplete, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException refused) {
            throw new CommandFailure(
                    "the file " + file + " cannot be written (" + refused + ")", refused);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", version);
        json.put("file", file.toString());
        json.put("bytes", content.length);
        json.put("weightsSha256", Shown.hex(sound.manifest().getWeightsDigest()));
        options.print(
                "version "
                        + version
                        + " in "
                        + file
                        + ", "
                        + Shown.count(content.length)
                        + " bytes; weights sha256 "
                        + Shown.hex(sound.manifest().getWeightsDigest())
                        + ", "
                        + Shown.signature(sound.signed())
                        + System.lineSeparator(),
                json);
        return 0;
    }

    private byte[] content(
            Finding.Sound sound, ClusterSettings cluster, InstalledStudents students) {
        if (lastGood) {
            return ExportFile.lastGood(
                    sound, WriterSchemas.ofRegistry(RecordCodec.properties(cluster)));
        }
        return format == Format.pt
                ? ExportFile.torchScript(sound, students)
                : ExportFile.safeTensors(sound);
    }
}
