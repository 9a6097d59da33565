package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import io.decant.cli.run.Renderer;
import io.decant.cli.run.StreamPlan;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.forward.StudentForward;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherModel;
import io.decant.records.DType;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Samples of the data set, as the pipeline and its models get them. <i>Thread-safe.</i>
 *
 * @param unstreamed training samples that are never streamed; the first {@value #UNLABELLED} are
 *     asked as unlabelled ones
 */
record Inputs(IdxDataset dataset, Renderer renderer, int[] unstreamed) {
    private static final int UNLABELLED = 10_000;

    /** Raw samples and their classes. */
    record Questions(List<byte[]> samples, int[] truth) {
        /** What a student of these weights answers. */
        Answers ask(ModelSpec spec, float[] weights) {
            float[][] logits = new float[samples.size()][spec.classCount()];
            try (StudentForward student = StudentForward.of(spec, weights, Optional.empty())) {
                for (int i = 0; i < logits.length; i++) {
                    student.logits(samples.get(i), 0, logits[i]);
                }
            }
            return new Answers(logits, truth);
        }

        /** What a teacher answers. */
        Answers ask(Path teacher) {
            try (TeacherModel model = TeacherModel.open(teacher, Optional.empty(), 1)) {
                float[][] logits = new float[samples.size()][model.classCount()];
                for (int i = 0; i < logits.length; i++) {
                    model.input(0, samples.get(i), 0);
                    model.score(1);
                    model.logits(0, logits[i]);
                }
                return new Answers(logits, truth);
            }
        }
    }

    /** Of a data set of which the candidates may be streamed; without any rest they are asked. */
    static Inputs of(IdxDataset dataset, List<Integer> candidates) {
        Set<Integer> streamed = new HashSet<>(candidates);
        int[] rest =
                IntStream.range(0, dataset.training().size())
                        .filter(i -> !streamed.contains(i))
                        .toArray();
        return new Inputs(
                dataset,
                Renderer.of(dataset.training()),
                rest.length > 0 ? rest : candidates.stream().mapToInt(Integer::intValue).toArray());
    }

    /** A sample of the stream. */
    Tensor tensor(StreamPlan.Item item) {
        IdxSplit split = dataset.training();
        byte[] shown = renderer.show(item.rendering(), split.sample(item.index()));
        return new Tensor(
                DType.valueOf(split.dtype().name()), split.shape(), ByteBuffer.wrap(shown));
    }

    /** The test files. */
    Questions exam(Exam exam) {
        IdxSplit test = dataset.test();
        return new Questions(
                IntStream.range(0, test.size())
                        .mapToObj(i -> renderer.show(exam.rendering(), test.sample(i)))
                        .toList(),
                IntStream.range(0, test.size()).map(i -> exam.truth(test.label(i))).toArray());
    }

    /** Training samples that are never streamed; their classes are known to the measure alone. */
    Questions unlabelled() {
        IdxSplit training = dataset.training();
        int[] asked = Arrays.copyOf(unstreamed, Math.min(UNLABELLED, unstreamed.length));
        return new Questions(
                Arrays.stream(asked).mapToObj(training::sample).toList(),
                Arrays.stream(asked).map(training::label).toArray());
    }
}
