package io.decant.cli;

import io.decant.cli.models.VersionCheck;
import io.decant.cli.models.VersionCheck.Finding;
import io.decant.model.forward.InstalledStudents;
import io.decant.records.CheckpointForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant models verify}. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Verifies versions as gateways do, in every form: signature, chunks, weights rebuilt from anchor and deltas, specification, answers to the canned inputs.",
        footer = {
            "",
            "Example: decant models verify --all --bootstrap localhost:9092 --trust keys/trainer.public.pem"
        })
final class ModelsVerifyCommand implements Callable<Integer> {
    @Mixin private RegisterOptions options;

    @Mixin private TrustOptions trust;

    @Mixin private StudentOption student;

    @Parameters(paramLabel = "VERSION", arity = "0..*", description = "Numbers of versions.")
    private List<Long> versions = List.of();

    @Option(names = "--all", description = "Every version that is not removed.")
    private boolean all;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (all == !versions.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "Expected numbers of versions, or --all.");
        }
        try (InstalledStudents students = student.open()) {
            return verify(students);
        }
    }

    private int verify(InstalledStudents students) throws InterruptedException {
        return options.on(
                (cluster, reader, register) -> {
                    VersionCheck check =
                            RegisterOptions.check(reader, register, trust.check(cluster), students);
                    SortedSet<Long> wanted =
                            new TreeSet<>(all ? register.versions().keySet() : versions);
                    return report(wanted.stream().map(check::check).toList());
                });
    }

    private int report(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        List<Map<String, Object>> json = new ArrayList<>();
        int wrong = 0;
        for (Finding finding : findings) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("version", finding.version());
            String said;
            if (finding instanceof Finding.Sound sound) {
                facts.put("verified", true);
                facts.put("ways", sound.ways());
                facts.put("signature", Shown.signature(sound.signed()));
                facts.put("weightsSha256", Shown.hex(sound.manifest().getWeightsDigest()));
                facts.put("answersChecked", sound.answersChecked());
                said =
                        "verified, "
                                + String.join(" and ", sound.ways())
                                + ", "
                                + Shown.count(bytes(sound))
                                + " bytes, "
                                + Shown.signature(sound.signed())
                                + (sound.answersChecked()
                                        ? ""
                                        : "; its answers were not checked, for want of its TorchScript file (--student)");
            } else {
                wrong++;
                String reason = ((Finding.Wrong) finding).reason();
                facts.put("verified", false);
                facts.put("reason", reason);
                said = "WRONG: " + reason;
            }
            text.append("version ").append(finding.version()).append(": ").append(said);
            text.append(System.lineSeparator());
            json.add(facts);
        }
        text.append(findings.size() - wrong).append(" verified, ").append(wrong).append(" wrong");
        text.append(System.lineSeparator());
        options.print(text.toString(), json);
        return wrong == 0 ? 0 : 1;
    }

    private static long bytes(Finding.Sound sound) {
        return sound.manifest().getForms().stream().mapToLong(CheckpointForm::getBytes).sum();
    }
}
