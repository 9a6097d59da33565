package io.decant.bench.classes;

import io.decant.bench.classes.GaussianClasses.Drawn;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Spread;
import io.decant.model.loss.Kd;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.Optimizer;
import io.decant.model.step.StepSettings;
import io.decant.model.teacher.TeacherModel;
import io.decant.teacher.answer.AnswerEncoding;
import io.decant.teacher.answer.ClassDraws;
import io.decant.teacher.answer.EncodingChoice;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a soft target's encoding costs and keeps with a thousand classes: students with the same
 * initial weights learn the same stream from the same teacher, each through another encoding. No
 * Kafka: teacher, encodings and training step of the product. <i>Owned by the main thread.</i>
 */
@Command(
        name = "many-classes",
        mixinStandardHelpOptions = true,
        description =
                "Payload, accuracy, calibration and divergence of each soft-target encoding with 1 000 classes.",
        footer = {"", "Example: benchmarks/run many-classes --temperature 3 --seeds 1"})
public final class ManyClassesBenchmark implements Callable<Integer> {
    private static final int ROWS = 32;
    private static final int HIDDEN = 256;
    private static final long CLASSES_SEED = 1;
    private static final int TEST_STREAM = 1;
    private static final int WRITTEN_STREAM = 2;
    private static final int FIRST_STREAM = 3;

    @Option(
            names = "--encodings",
            split = ",",
            defaultValue = "f32,f16,i8,topk,sampled",
            description =
                    "The first is what the others are compared with; default: ${DEFAULT-VALUE}.")
    private List<EncodingChoice> encodings;

    @Option(
            names = "--samples",
            defaultValue = "120000",
            description = "Samples that are learned, each once; default: ${DEFAULT-VALUE}.")
    private int samples;

    @Option(
            names = "--test",
            defaultValue = "10000",
            description = "Samples that are scored; default: ${DEFAULT-VALUE}.")
    private int testSamples;

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description =
                    "Runs, with other streams and initial weights; default: ${DEFAULT-VALUE}.")
    private int seeds;

    @Option(
            names = "--temperature",
            defaultValue = "1",
            description = "Of teacher and student; default: ${DEFAULT-VALUE}.")
    private double temperature;

    @Option(
            names = "--alpha",
            defaultValue = "1",
            description = "Weight of the teacher; 1 = no labels; default: ${DEFAULT-VALUE}.")
    private double alpha;

    @Option(
            names = "--top-k",
            defaultValue = "50",
            description = "Classes of a topk answer; default: ${DEFAULT-VALUE}.")
    private int topK;

    @Option(
            names = "--draws",
            defaultValue = "50",
            description = "Draws of a sampled answer; default: ${DEFAULT-VALUE}.")
    private int draws;

    @Option(
            names = "--write",
            paramLabel = "DIR",
            description =
                    "Only write the samples as IDX files, and teacher.pt, for decant demo --dataset DIR --teacher DIR/teacher.pt.")
    private Path folder;

    @Spec private CommandSpec commandSpec;

    /** What one student shows at the end of one run. */
    private record Row(double bytes, Score score) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = commandSpec.commandLine().getOut();
        GaussianClasses classes = new GaussianClasses(CLASSES_SEED);
        Drawn test = classes.draw(testSamples, TEST_STREAM);
        if (folder != null) {
            ClassFiles.write(
                    folder, classes.draw(samples, WRITTEN_STREAM), test, classes.teacher());
            out.printf(
                    "%s: %,d and %,d samples, %s%n",
                    folder, samples, testSamples, ClassFiles.TEACHER);
            return 0;
        }
        out.println(Machine.describe());
        Map<EncodingChoice, List<Row>> rows = new EnumMap<>(EncodingChoice.class);
        Path file = Files.createTempFile("posterior", ".pt");
        try {
            Files.write(file, classes.teacher());
            try (TeacherModel teacher = TeacherModel.open(file, Optional.empty(), ROWS)) {
                double[][] answers = logProbabilities(teacher, test);
                out.printf("teacher (exact posterior): %s%n", text(ofTeacher(test, answers)));
                for (int seed = 1; seed <= seeds; seed++) {
                    run(teacher, classes, test, answers, seed, rows);
                    out.printf("seed %d done%n", seed);
                    out.flush();
                }
            }
        } finally {
            Files.delete(file);
        }
        print(out, rows);
        return 0;
    }

    private void run(
            TeacherModel teacher,
            GaussianClasses classes,
            Drawn test,
            double[][] answers,
            int seed,
            Map<EncodingChoice, List<Row>> rows) {
        Map<EncodingChoice, Lesson> lessons = new EnumMap<>(EncodingChoice.class);
        try {
            ModelSpec spec = classes.student(HIDDEN);
            StepSettings settings =
                    new StepSettings(
                            3e-3,
                            0.9,
                            0.999,
                            1e-8,
                            temperature,
                            0.99,
                            Optimizer.ADAM,
                            new Kd(),
                            List.of());
            for (EncodingChoice choice : encodings) {
                AnswerEncoding encoding = new AnswerEncoding(choice, topK, draws);
                lessons.put(choice, new Lesson(spec, encoding, settings, ROWS, seed));
            }
            learn(teacher, classes.draw(samples, FIRST_STREAM + seed), lessons.values());
            lessons.forEach(
                    (choice, lesson) ->
                            rows.computeIfAbsent(choice, c -> new ArrayList<>())
                                    .add(
                                            new Row(
                                                    lesson.bytesPerAnswer(),
                                                    lesson.score(test, answers))));
        } finally {
            lessons.values().forEach(Lesson::close);
        }
    }

    private void learn(TeacherModel teacher, Drawn stream, Iterable<Lesson> lessons) {
        ByteBuffer features = ByteBuffer.wrap(stream.features());
        float[] logits = new float[GaussianClasses.CLASSES];
        for (int from = 0; from < stream.size(); from += ROWS) {
            int batch = Math.min(ROWS, stream.size() - from);
            for (int row = 0; row < batch; row++) {
                teacher.input(row, features.position((from + row) * Drawn.SAMPLE_BYTES));
            }
            teacher.score(batch);
            for (int row = 0; row < batch; row++) {
                int sample = from + row;
                teacher.logits(row, logits);
                features.position(sample * Drawn.SAMPLE_BYTES);
                long seed = ClassDraws.seed("s-" + sample, teacher.version());
                for (Lesson lesson : lessons) {
                    lesson.row(row, features, logits, seed, stream.labels()[sample]);
                }
            }
            lessons.forEach(lesson -> lesson.learn(batch, alpha));
        }
    }

    private static double[][] logProbabilities(TeacherModel teacher, Drawn test) {
        double[][] all = new double[test.size()][];
        float[] logits = new float[GaussianClasses.CLASSES];
        for (int i = 0; i < all.length; i++) {
            teacher.input(0, test.features(), i * Drawn.SAMPLE_BYTES);
            teacher.score(1);
            teacher.logits(0, logits);
            all[i] = Score.logSoftmax(logits);
        }
        return all;
    }

    private static Score ofTeacher(Drawn test, double[][] answers) {
        Score.Tally tally = new Score.Tally();
        for (int i = 0; i < answers.length; i++) {
            tally.add(answers[i], answers[i], test.labels()[i]);
        }
        return tally.score();
    }

    private static String text(Score score) {
        return String.format(
                java.util.Locale.ROOT,
                "accuracy %.2f %%, ECE %.2f %%",
                100 * score.accuracy(),
                100 * score.ece());
    }

    private void print(PrintWriter out, Map<EncodingChoice, List<Row>> rows) {
        List<Row> first = rows.get(encodings.get(0));
        out.printf(
                "%-8s %10s  %-24s %-24s %-24s %-24s %s%n",
                "",
                "payload, B",
                "accuracy, %",
                "minus the first, points",
                "ECE, %",
                "ECE over the first's",
                "KL to the teacher, nats");
        for (EncodingChoice choice : encodings) {
            List<Row> own = rows.get(choice);
            out.printf(
                    "%-8s %10.1f  %-24s %-24s %-24s %-24s %s%n",
                    choice.name().toLowerCase(java.util.Locale.ROOT),
                    own.stream().mapToDouble(Row::bytes).average().orElseThrow(),
                    Spread.of(of(own, s -> 100 * s.accuracy())).text(2),
                    Spread.of(differences(own, first)).text(2),
                    Spread.of(of(own, s -> 100 * s.ece())).text(2),
                    Spread.ofRatios(of(own, Score::ece), of(first, Score::ece)).text(2),
                    Spread.of(of(own, Score::divergence)).text(3));
        }
        out.flush();
    }

    private static List<Double> of(List<Row> rows, ToDoubleFunction<Score> figure) {
        return rows.stream().map(row -> figure.applyAsDouble(row.score())).toList();
    }

    private static List<Double> differences(List<Row> rows, List<Row> first) {
        List<Double> points = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            points.add(100 * (rows.get(i).score().accuracy() - first.get(i).score().accuracy()));
        }
        return points;
    }
}
