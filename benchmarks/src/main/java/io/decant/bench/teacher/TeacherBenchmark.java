package io.decant.bench.teacher;

import io.decant.bench.measure.Comparison;
import io.decant.bench.measure.ImageTurns;
import io.decant.bench.measure.Machine;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The teacher as the service calls it against the bare forward of the same file, on one thread.
 * Before anything is measured both must have given the same logits. <i>Owned by the main
 * thread.</i>
 */
@Command(
        name = "teacher",
        mixinStandardHelpOptions = true,
        description =
                "Nanoseconds of one call of the teacher, records copied in and logits copied out, against the bare TorchScript forward of the same"
                        + " file on a tensor that stands ready.",
        footer = {"", "Example: benchmarks/run teacher --rows 32 --samples 10000"})
public final class TeacherBenchmark implements Callable<Integer> {
    private static final String BARE = "bare forward";
    private static final double TOLERANCE = 1e-4;

    @Option(
            names = "--rows",
            split = ",",
            defaultValue = "1,32,256",
            description = "Samples of one call; default: ${DEFAULT-VALUE}.")
    private List<Integer> rowCounts;

    @Option(
            names = "--samples",
            defaultValue = "5000",
            description = "Samples a turn, at least; default: ${DEFAULT-VALUE}.")
    private int samples;

    @Mixin private ImageTurns turns;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws IOException {
        Torch.start(new TorchSettings(1));
        out.println(Machine.describe());
        IdxDataset data = IdxDataset.open(turns.dataset());
        Path file = Files.createTempFile("teacher", ".pt");
        try {
            QuickTeacher.write(data, file);
            out.printf(
                    "%s, teacher of %.1f MB%n", Torch.engineDescription(), Files.size(file) / 1e6);
            rowCounts.forEach(rows -> measure(file, data.test(), rows));
        } finally {
            Files.delete(file);
        }
        return 0;
    }

    private void measure(Path file, IdxSplit split, int rows) {
        List<byte[]> records =
                IntStream.range(0, rows).mapToObj(i -> split.sample(i % split.size())).toList();
        try (TeacherModel teacher = TeacherModel.open(file, Optional.empty(), rows);
                BareTeacher bare = new BareTeacher(file, teacher.inputSpec(), records)) {
            float[] logits = new float[teacher.classCount()];
            requireEqualAnswers(teacher, bare, records);
            int calls = Math.max(1, (samples + rows - 1) / rows);
            Map<String, Runnable> contenders = new LinkedHashMap<>();
            contenders.put(
                    "Decant's teacher", () -> repeat(calls, () -> ask(teacher, records, logits)));
            contenders.put(BARE, () -> repeat(calls, bare::forward));
            out.printf("%nB = %d%n", rows);
            new Comparison("call", calls, BARE, turns.repetitions()).print(out, contenders);
        }
    }

    private static void repeat(int times, Runnable call) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }

    private static void ask(TeacherModel teacher, List<byte[]> records, float[] logits) {
        for (int row = 0; row < records.size(); row++) {
            teacher.input(row, records.get(row), 0);
        }
        teacher.score(records.size());
        for (int row = 0; row < records.size(); row++) {
            teacher.logits(row, logits);
        }
    }

    private static void requireEqualAnswers(
            TeacherModel teacher, BareTeacher bare, List<byte[]> records) {
        float[] logits = new float[teacher.classCount()];
        ask(teacher, records, logits);
        for (int row = 0; row < records.size(); row++) {
            teacher.logits(row, logits);
            float[] expected = bare.logits(row);
            for (int c = 0; c < logits.length; c++) {
                if (!(Math.abs(logits[c] - expected[c]) <= TOLERANCE)) {
                    throw new IllegalStateException(
                            String.format(
                                    Locale.ROOT,
                                    "both must answer alike: expected logit %d of row %d to be %f within %s, was %f",
                                    c,
                                    row,
                                    expected[c],
                                    TOLERANCE,
                                    logits[c]));
                }
            }
        }
    }
}
