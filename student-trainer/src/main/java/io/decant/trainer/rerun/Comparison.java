package io.decant.trainer.rerun;

import io.decant.model.forward.StudentForward;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript;
import io.decant.model.torch.ScriptStudent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What two models make of the same examples. Shares are in [0, 1] and empty where nothing counts
 * towards them. <i>Immutable.</i>
 *
 * @param examples number of examples
 * @param labelled number of them with a label
 * @param fresh accuracy of the new model, against labels
 * @param live accuracy of the live model, against labels
 * @param agreement share of examples with the same class
 * @param recall for each class
 */
public record Comparison(
        long examples,
        long labelled,
        OptionalDouble fresh,
        OptionalDouble live,
        OptionalDouble agreement,
        List<Recall> recall) {
    public Comparison {
        recall = List.copyOf(recall);
    }

    /**
     * Share of a class's examples that are recognised.
     *
     * @param examples with that label
     */
    public record Recall(int label, long examples, OptionalDouble fresh, OptionalDouble live) {}

    /** Specification and weights of a model, ready to answer. <i>Owned by one thread.</i> */
    public static final class Model {
        private final ModelSpec spec;
        private final StudentForward student;
        private final float[] logits;

        /**
         * Makes a model ready.
         *
         * @param parameters [parameters] fp32, little-endian
         * @param installed file of a TorchScript student
         */
        public Model(ModelSpec spec, ByteBuffer parameters, Optional<ScriptStudent> installed) {
            this.spec = spec;
            float[] values = new float[spec.parameterCount()];
            parameters.asFloatBuffer().get(values);
            student = StudentForward.of(spec, values, installed);
            logits = new float[spec.classCount()];
        }

        /** Makes a model ready; empty when it is a TorchScript student that is not installed. */
        public static Optional<Model> ifInstalled(
                ModelSpec spec, ByteBuffer parameters, Optional<ScriptStudent> installed) {
            boolean lacks =
                    spec.architecture() instanceof TorchScript script
                            && installed
                                    .filter(file -> file.digest().equals(script.file()))
                                    .isEmpty();
            return lacks ? Optional.empty() : Optional.of(new Model(spec, parameters, installed));
        }

        /** Bytes of one raw input. */
        public int inputBytes() {
            return spec.input().bytes();
        }

        private int answer(byte[] input) {
            student.logits(input, 0, logits);
            int best = 0;
            for (int c = 1; c < logits.length; c++) {
                best = logits[c] > logits[best] ? c : best;
            }
            return best;
        }
    }

    /** Counts of one class. */
    private static final class Count {
        long examples;
        long fresh;
        long live;
    }

    /**
     * Asks both models.
     *
     * @param live empty when its weights are gone: what needs them is empty then
     * @throws IllegalArgumentException when an input does not fit a model
     */
    public static Comparison of(Model fresh, Optional<Model> live, Iterable<Example> examples) {
        List<Count> classes = new ArrayList<>();
        Count all = new Count();
        long number = 0;
        long agreed = 0;
        for (Example example : examples) {
            requireFit(fresh, example);
            live.ifPresent(model -> requireFit(model, example));
            number++;
            int one = fresh.answer(example.input());
            int other = live.map(model -> model.answer(example.input())).orElse(-1);
            agreed += one == other ? 1 : 0;
            if (example.label().isPresent()) {
                int label = example.label().getAsInt();
                while (classes.size() <= label) {
                    classes.add(new Count());
                }
                for (Count count : Arrays.asList(all, classes.get(label))) {
                    count.examples++;
                    count.fresh += one == label ? 1 : 0;
                    count.live += other == label ? 1 : 0;
                }
            }
        }
        boolean both = live.isPresent();
        List<Recall> recall = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            Count count = classes.get(label);
            recall.add(
                    new Recall(
                            label,
                            count.examples,
                            share(count.fresh, count.examples),
                            both ? share(count.live, count.examples) : OptionalDouble.empty()));
        }
        return new Comparison(
                number,
                all.examples,
                share(all.fresh, all.examples),
                both ? share(all.live, all.examples) : OptionalDouble.empty(),
                both ? share(agreed, number) : OptionalDouble.empty(),
                recall);
    }

    private static void requireFit(Model model, Example example) {
        if (example.input().length != model.inputBytes()) {
            throw new IllegalArgumentException(
                    "a sample has "
                            + example.input().length
                            + " bytes, but a model of the comparison takes "
                            + model.inputBytes());
        }
    }

    private static OptionalDouble share(long hits, long of) {
        return of == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) hits / of);
    }
}
