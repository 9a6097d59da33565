package io.decant.model.loss;

import io.decant.model.spec.DType;
import io.decant.model.torch.ScriptText;
import io.decant.model.torch.TorchArchive;
import io.decant.model.torch.TorchModule;
import java.nio.ByteBuffer;
import java.util.List;

/** A loss's statements, run by libtorch on given rows. */
final class LossModule {
    private static final String CLASS = "Loss";

    /**
     * What libtorch makes of the rows.
     *
     * @param value of the statements
     * @param gradient of the statements, [rows][classes]
     * @param autograd libtorch's own gradient of the value, [rows][classes]
     */
    record Result(double value, double[][] gradient, double[][] autograd) {}

    private LossModule() {}

    static Result run(TeacherLoss loss, double temperature, Answers answers) {
        int rows = answers.rows();
        List<Integer> logits = List.of(answers.classes(), rows);
        byte[] archive =
                new TorchArchive(CLASS, code(loss, temperature))
                        .zeros("z", DType.F32, logits)
                        .zeros("t", DType.F32, logits)
                        .zeros("y", DType.I64, List.of(1, rows))
                        .zeros("a", DType.F32, List.of(rows))
                        .zeros("h", DType.F32, List.of(rows))
                        .zeros("value", DType.F32, List.of(1))
                        .zeros("gradient", DType.F32, logits)
                        .zeros("autograd", DType.F32, logits)
                        .toBytes();
        try (TorchModule module = TorchModule.load(archive)) {
            fill(module, answers);
            module.call("evaluate", 0);
            module.train(module.arguments("differentiate", "get_a"), false);
            return new Result(
                    module.buffer("get_value").getFloat(0),
                    matrix(module.buffer("get_gradient"), answers),
                    matrix(module.buffer("get_autograd"), answers));
        }
    }

    private static String code(TeacherLoss loss, double temperature) {
        String rows = "    t = self.t\n    y = self.y\n    a = self.a\n    h = self.h\n";
        return ScriptText.head(
                        CLASS,
                        List.of("z", "t", "y", "a", "h", "value", "gradient", "autograd"),
                        List.of(),
                        List.of())
                + "  def evaluate(self: __torch__.Loss, ignored: int) -> NoneType:\n"
                + rows
                + "    z = self.z\n"
                + loss.value(temperature)
                + "    v = torch.copy_(self.value, soft)\n"
                + loss.gradient(temperature)
                + "    d = torch.copy_(self.gradient, g)\n"
                + "    return None\n"
                + "  def differentiate(self: __torch__.Loss, call: Tensor) -> Tensor:\n"
                + rows
                + "    z = torch.requires_grad_(torch.clone(torch.detach(self.z)), True)\n"
                + loss.value(temperature)
                + "    s = torch.autograd.grad([soft], [z])[0]\n"
                + "    d = torch.copy_(self.autograd, torch.detach(unchecked_cast(Tensor, s)))\n"
                + "    return call\n";
    }

    private static void fill(TorchModule module, Answers answers) {
        ByteBuffer z = module.buffer("get_z");
        ByteBuffer t = module.buffer("get_t");
        ByteBuffer y = module.buffer("get_y");
        ByteBuffer a = module.buffer("get_a");
        ByteBuffer h = module.buffer("get_h");
        for (int i = 0; i < answers.rows(); i++) {
            y.putLong(i * Long.BYTES, answers.y()[i]);
            a.putFloat(i * Float.BYTES, (float) answers.a()[i]);
            h.putFloat(i * Float.BYTES, (float) answers.h()[i]);
            for (int c = 0; c < answers.classes(); c++) {
                z.putFloat(at(answers, i, c), (float) answers.z()[i][c]);
                t.putFloat(at(answers, i, c), (float) answers.t()[i][c]);
            }
        }
    }

    private static double[][] matrix(ByteBuffer buffer, Answers answers) {
        double[][] matrix = new double[answers.rows()][answers.classes()];
        for (int i = 0; i < matrix.length; i++) {
            for (int c = 0; c < matrix[i].length; c++) {
                // Plus 0: a zero has no sign.
                matrix[i][c] = buffer.getFloat(at(answers, i, c)) + 0.0;
            }
        }
        return matrix;
    }

    private static int at(Answers answers, int row, int classIndex) {
        return (classIndex * answers.rows() + row) * Float.BYTES;
    }
}
