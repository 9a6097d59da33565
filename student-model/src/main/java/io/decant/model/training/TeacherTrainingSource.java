package io.decant.model.training;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.torch.MlpSource;
import io.decant.model.torch.ScriptText;
import io.decant.model.torch.TorchArchive;
import java.util.List;

/**
 * Generates the TorchScript module that trains a teacher: it holds all samples, and one call is one
 * step on a batch of the current order. <i>Thread-safe.</i>
 *
 * <p>The loss is mean cross-entropy. Dropout keeps an activation where a random byte reaches the
 * threshold, so shares are multiples of 1/256, and scales what it keeps by 1/(1 − share). A
 * dropped-out activation is then positive exactly where the unit was active and kept: the backward
 * pass needs no mask but {@code [h > 0]} and that factor. Bytes come from Java, because libtorch's
 * generator is shared by the process and slow. Adam is Algorithm 1 of Kingma and Ba, 2015; the rate
 * of step t of n is {@code rate (1 + cos(π t / n)) / 2}.
 */
final class TeacherTrainingSource {
    private static final String CLASS = "TeacherTraining";

    private static final List<String> SHARED =
            List.of(
                    "weights",
                    "gradient",
                    "first_moment",
                    "second_moment",
                    "samples",
                    "labels",
                    "order",
                    "noise");

    private static final String BATCH =
            """
              def train(self: __torch__.TeacherTraining, batch: int) -> NoneType:
                start = torch.mul(batch, SIZE)
                picked = torch.slice(self.order, 0, start, torch.add(start, SIZE))
                rows = torch.size(picked, 0)
                x = torch.index_select(self.samples, 0, picked)
                y = torch.unsqueeze(torch.index_select(self.labels, 0, picked), 0)
                weights = self.weights
                gradient = self.gradient
            """;

    private static final String DROPOUT =
            """
                noiseLAYER = torch.slice(torch.view(torch.slice(self.noise, 0, BEGIN, END), [SIZE, WIDTH]), 0, 0, rows)
                keptLAYER = torch.mul_(torch.mul_(hLAYER, torch.ge(noiseLAYER, THRESHOLD)), SCALE)
            """;

    private static final String LOGIT_GRADIENT =
            """
                q = torch.scatter_add_(torch.softmax(z, 0), 0, y, torch.full_like(y, -1., dtype=6))
                dLAST = torch.div_(q, rows)
            """;

    private static final String RATE =
            """
                steps = torch.add(self.steps, 1)
                self.steps = steps
                rate = torch.mul(HALF_RATE, torch.add(1., torch.cos(torch.mul(TURN, torch.sub(steps, 1)))))
            """;

    private TeacherTrainingSource() {}

    static byte[] archive(ModelSpec spec, TeacherTrainingSettings settings, int samples) {
        List<Integer> flat = List.of(spec.parameterCount());
        return new TorchArchive(CLASS, code(spec, settings, samples))
                .zeros("weights", DType.F32, flat)
                .zeros("gradient", DType.F32, flat)
                .zeros("first_moment", DType.F32, flat)
                .zeros("second_moment", DType.F32, flat)
                .zeros("samples", spec.input().dtype(), List.of(samples, spec.input().size()))
                .zeros("labels", DType.I64, List.of(samples))
                .zeros("order", DType.I64, List.of(samples))
                .zeros("noise", DType.U8, List.of(noiseBytes(spec, settings)))
                .scalar("offset", MlpSource.offset(spec.input()))
                .integer("steps", 0)
                .toBytes();
    }

    /**
     * Random bytes of a step: one for each input and hidden activation of a batch, rounded up to
     * whole words.
     */
    static int noiseBytes(ModelSpec spec, TeacherTrainingSettings settings) {
        int activations =
                spec.mlp().dims().stream().mapToInt(width -> width).sum() - spec.classCount();
        return (activations * settings.batch() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }

    static int batches(TeacherTrainingSettings settings, int samples) {
        return (samples + settings.batch() - 1) / settings.batch();
    }

    private static String code(ModelSpec spec, TeacherTrainingSettings settings, int samples) {
        StringBuilder code =
                new StringBuilder(
                        ScriptText.head(CLASS, SHARED, List.of("offset"), List.of("steps")));
        code.append(fill(BATCH, "SIZE", settings.batch()));
        code.append(MlpSource.standardise(spec.input(), "h0", "x", "self.offset"));
        code.append(MlpSource.views(ParameterLayout.of(spec), "weights", "w", "b"));
        int noise = 0;
        for (int layer = 0; layer < spec.mlp().layers(); layer++) {
            int share = layer == 0 ? dropped(settings.inputDropout()) : dropped(settings.dropout());
            int width = spec.mlp().dims().get(layer);
            if (share > 0) {
                code.append(
                        fill(
                                DROPOUT,
                                "LAYER",
                                layer,
                                "BEGIN",
                                noise,
                                "END",
                                noise + width * settings.batch(),
                                "SIZE",
                                settings.batch(),
                                "WIDTH",
                                width,
                                "THRESHOLD",
                                share,
                                "SCALE",
                                scale(share)));
            }
            noise += width * settings.batch();
            code.append(
                    layer + 1 < spec.mlp().layers()
                            ? MlpSource.hiddenLayer(layer)
                            : MlpSource.transposedLogits(spec));
        }
        code.append(fill(LOGIT_GRADIENT, "LAST", spec.mlp().layers() - 1));
        code.append(MlpSource.backward(spec, scale(dropped(settings.dropout()))));
        long steps = (long) settings.epochs() * batches(settings, samples);
        code.append(fill(RATE, "HALF_RATE", settings.learningRate() / 2, "TURN", Math.PI / steps));
        return code.append(MlpSource.adam("weights", "rate", 0.9, 0.999, 1e-8))
                .append("    return None\n")
                .toString();
    }

    /** Of 256 random bytes, how many drop an activation. */
    private static int dropped(double share) {
        return (int) Math.round(share * 256);
    }

    private static double scale(int dropped) {
        return 256.0 / (256 - dropped);
    }
}
