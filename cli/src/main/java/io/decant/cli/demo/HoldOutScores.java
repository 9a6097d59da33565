package io.decant.cli.demo;

import io.decant.cli.run.Answers;
import io.decant.cli.run.GatewayHoldOut;
import io.decant.dataset.IdxSplit;
import io.decant.model.forward.StudentForward;
import io.decant.model.number.Greatest;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherModel;
import io.decant.model.torch.ScriptStudent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the models of a run make of the test files, a row of the closing table each. <i>Owned by the
 * main thread.</i>
 */
final class HoldOutScores {
    private final IdxSplit test;
    private final Optional<ScriptStudent> installed;
    private final int[] truth;
    private final List<ClosingTable.Row> rows = new ArrayList<>();

    /**
     * Nothing measured yet.
     *
     * @param installed file of a TorchScript student
     */
    HoldOutScores(IdxSplit test, Optional<ScriptStudent> installed) {
        this.test = test;
        this.installed = installed;
        truth = new int[test.size()];
        Arrays.setAll(truth, test::label);
    }

    /** Rows so far, in the order of asking. */
    List<ClosingTable.Row> rows() {
        return List.copyOf(rows);
    }

    /** Share of classes that are right. */
    double accuracy(int[] classes) {
        return share(classes, truth);
    }

    /** Share of test samples with the same class. */
    static double share(int[] classes, int[] others) {
        int same = 0;
        for (int i = 0; i < classes.length; i++) {
            same += classes[i] == others[i] ? 1 : 0;
        }
        return same / (double) classes.length;
    }

    /** The classes of a version that the gateway serves, [test samples]. */
    int[] gateway(URI infer, long version) throws InterruptedException {
        List<byte[]> samples = IntStream.range(0, test.size()).mapToObj(test::sample).toList();
        return new Answers(GatewayHoldOut.logits(infer, test, samples, version), truth).classes();
    }

    /** The teacher's classes, [test samples]. */
    int[] teacher(Path file) {
        int[] classes = new int[test.size()];
        try (TeacherModel model = TeacherModel.open(file, Optional.empty(), 1)) {
            float[] logits = new float[model.classCount()];
            long started = System.nanoTime();
            for (int i = 0; i < classes.length; i++) {
                model.input(0, test.sample(i), 0);
                model.score(1);
                model.logits(0, logits);
                classes[i] = Greatest.of(logits);
            }
            double micros = micros(started);
            rows.add(
                    new ClosingTable.Row(
                            "teacher", accuracy(classes), null, Files.size(file), micros));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
        return classes;
    }

    /**
     * A student whose answers are known.
     *
     * @param classes what it answered, [test samples]
     * @param weights [parameters], to measure how long an answer takes
     */
    void student(String name, ModelSpec spec, int[] classes, float[] weights) {
        long started = System.nanoTime();
        classes(spec, weights);
        row(name, spec, classes, micros(started));
    }

    /** A student that is asked here; returns its accuracy. */
    double student(String name, ModelSpec spec, float[] weights) {
        long started = System.nanoTime();
        int[] classes = classes(spec, weights);
        row(name, spec, classes, micros(started));
        return accuracy(classes);
    }

    private void row(String name, ModelSpec spec, int[] classes, double micros) {
        long parameters = spec.parameterCount();
        rows.add(
                new ClosingTable.Row(
                        name, accuracy(classes), parameters, Float.BYTES * parameters, micros));
    }

    private double micros(long startedNanos) {
        return (System.nanoTime() - startedNanos) / 1e3 / test.size();
    }

    private int[] classes(ModelSpec spec, float[] weights) {
        float[] logits = new float[spec.classCount()];
        int[] classes = new int[test.size()];
        try (StudentForward student = StudentForward.of(spec, weights, installed)) {
            for (int i = 0; i < classes.length; i++) {
                student.logits(test.sample(i), 0, logits);
                classes[i] = Greatest.of(logits);
            }
        }
        return classes;
    }
}
