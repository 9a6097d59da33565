package io.decant.model.training;

import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.torch.MlpSource;
import io.decant.model.torch.TorchArchive;
import java.util.List;

/**
 * Generates the TorchScript module that trains a teacher: one call is many steps on samples that it
 * holds. <i>Thread-safe.</i>
 *
 * <p>The loss is mean cross-entropy. Dropout scales what it keeps by 1/(1 − p), so a dropped-out
 * activation is positive exactly where the unit was active and kept: the backward pass needs no
 * mask but {@code [h > 0]} and that factor. Adam is Algorithm 1 of Kingma and Ba, 2015; the
 * learning rate at step t of n is {@code rate (1 + cos(π t / n)) / 2}.
 */
final class TeacherTrainingSource {
    private static final List<String> TENSORS =
            List.of(
                    "weights",
                    "gradient",
                    "first_moment",
                    "second_moment",
                    "samples",
                    "labels",
                    "order");

    private TeacherTrainingSource() {}

    static byte[] archive(ModelSpec spec, TeacherTrainingSettings settings, int samples) {
        List<Integer> flat = List.of(spec.parameterCount());
        return new TorchArchive("TeacherTraining", code(spec, settings, samples))
                .zeros("weights", DType.F32, flat)
                .zeros("gradient", DType.F32, flat)
                .zeros("first_moment", DType.F32, flat)
                .zeros("second_moment", DType.F32, flat)
                .zeros("samples", DType.U8, List.of(samples, spec.input().size()))
                .zeros("labels", DType.I64, List.of(samples))
                .zeros("order", DType.I64, List.of(samples))
                .scalar("offset", (float) (-spec.input().mean() / spec.input().sd()))
                .integer("steps", 0)
                .toBytes();
    }

    private static String code(ModelSpec spec, TeacherTrainingSettings settings, int samples) {
        StringBuilder code =
                new StringBuilder(
                        "class TeacherTraining(Module):\n  __parameters__ = []\n  __buffers__ = [");
        TENSORS.forEach(name -> code.append('"').append(name).append("\", "));
        code.append("\"offset\", ]\n");
        TENSORS.forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
        code.append("  offset : Tensor\n  steps : int\n  training : bool\n");
        TENSORS.forEach(
                name ->
                        code.append(
                                """
                  def get_%1$s(self: __torch__.TeacherTraining) -> Tensor:
                    return self.%1$s
                """
                                        .formatted(name)));
        code.append(
                """
                  def seed(self: __torch__.TeacherTraining, seed: int) -> NoneType:
                    _0 = torch.manual_seed(seed)
                    return None
                  def train(self: __torch__.TeacherTraining, batch: int) -> NoneType:
                    rows = torch.slice(self.order, 0, torch.mul(batch, BATCH), torch.add(torch.mul(batch, BATCH), BATCH))
                    x = torch.index_select(self.samples, 0, rows)
                    y = torch.unsqueeze(torch.index_select(self.labels, 0, rows), 0)
                    weights = self.weights
                    gradient = self.gradient
                """
                        .replace("BATCH", Integer.toString(settings.batch())));
        ParameterLayout layout = ParameterLayout.of(spec);
        code.append(MlpSource.standardise(spec.input(), "x0", "x", "self.offset"));
        code.append(
                "    h0 = torch.dropout(x0, %s, True)\n"
                        .formatted(MlpSource.number(settings.inputDropout())));
        code.append(MlpSource.views(layout, "weights", "w", "b"));
        code.append(MlpSource.views(layout, "gradient", "gw", "gb"));
        for (int layer = 0; layer < spec.layers() - 1; layer++) {
            code.append(
                    "    r%1$d = torch.relu_(torch.addmm(b%1$d, h%1$d, torch.t(w%1$d)))\n"
                            .formatted(layer));
            code.append(
                    "    h%d = torch.dropout(r%d, %s, True)\n"
                            .formatted(layer + 1, layer, MlpSource.number(settings.dropout())));
        }
        code.append(MlpSource.transposedLogits(spec));
        code.append(
                """
                    q = torch.scatter_add_(torch.softmax(z, 0), 0, y, torch.full_like(y, -1., dtype=6))
                    d%d = torch.div_(q, torch.size(y, 1))
                """
                        .formatted(spec.layers() - 1));
        code.append(MlpSource.backward(spec, 1 / (1 - settings.dropout())));
        code.append(
                """
                    steps = torch.add(self.steps, 1)
                    self.steps = steps
                    rate = torch.mul(HALF_RATE, torch.add(1., torch.cos(torch.mul(PI_PER_STEP, torch.sub(steps, 1)))))
                """
                        .replace("HALF_RATE", MlpSource.number(settings.learningRate() / 2))
                        .replace(
                                "PI_PER_STEP",
                                MlpSource.number(
                                        Math.PI
                                                / ((long) settings.epochs()
                                                        * batches(settings, samples)))));
        return code.append(MlpSource.adam("rate", 0.9, 0.999, 1e-8))
                .append("    return None\n")
                .toString();
    }

    static int batches(TeacherTrainingSettings settings, int samples) {
        return (samples + settings.batch() - 1) / settings.batch();
    }
}
