package io.decant.model.step;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.step.NaiveMlp.Row;
import io.decant.model.torch.MlpSource;
import io.decant.model.torch.ScriptText;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The same loss differentiated by libtorch itself. */
final class AutogradReference {
    private AutogradReference() {}

    /** Gradient of the summed loss by the flat weights. */
    static float[] gradient(ModelSpec spec, double temperature, float[] weights, Row... rows) {
        Torch.startIfNeeded();
        byte[] archive =
                new TorchArchive("Reference", code(spec, temperature))
                        .scalar("unused", 0)
                        .toBytes();
        boolean gradients = JniUtils.isGradMode();
        try (PtNDManager memory = (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
            JniUtils.setGradMode(true);
            PtSymbolBlock module =
                    JniUtils.loadModule(memory, new ByteArrayInputStream(archive), true, false);
            int inputs = spec.input().size();
            int classes = spec.classCount();
            float[] x = new float[rows.length * inputs];
            float[] t = new float[rows.length * classes];
            long[] y = new long[rows.length];
            float[] a = new float[rows.length];
            float[] h = new float[rows.length];
            for (int r = 0; r < rows.length; r++) {
                for (int i = 0; i < inputs; i++) {
                    double value = rows[r].raw()[i] * spec.input().scale() - spec.input().mean();
                    x[r * inputs + i] = (float) (value / spec.input().sd());
                }
                System.arraycopy(rows[r].teacherLogits(), 0, t, r * classes, classes);
                y[r] = rows[r].label();
                a[r] = (float) rows[r].teacherCoefficient();
                h[r] = (float) rows[r].labelCoefficient();
            }
            NDArray p = memory.create(weights);
            p.setRequiresGradient(true);
            NDList arguments =
                    new NDList(
                            p,
                            memory.create(x, new Shape(rows.length, inputs)),
                            memory.create(t, new Shape(rows.length, classes)),
                            memory.create(y),
                            memory.create(a),
                            memory.create(h));
            return IValueUtils.forward(module, arguments, true).get(0).toFloatArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (EngineException e) {
            throw new AssertionError("the reference module failed", e);
        } finally {
            JniUtils.setGradMode(gradients);
        }
    }

    private static String code(ModelSpec spec, double temperature) {
        StringBuilder code =
                new StringBuilder(
                        """
                class Reference(Module):
                  __parameters__ = []
                  __buffers__ = ["unused", ]
                  unused : Tensor
                  training : bool
                  def forward(self: __torch__.Reference, p: Tensor, x: Tensor, t: Tensor, y: Tensor, a: Tensor, h: Tensor) -> Tensor:
                """);
        code.append(MlpSource.views(ParameterLayout.of(spec), "p", "w", "b"))
                .append("    h0 = x\n");
        int last = spec.mlp().layers() - 1;
        for (int layer = 0; layer < last; layer++) {
            code.append(
                    "    h%2$d = torch.relu(torch.linear(h%1$d, w%1$d, b%1$d))\n"
                            .formatted(layer, layer + 1));
        }
        code.append("    z = torch.linear(h%1$d, w%1$d, b%1$d)\n".formatted(last));
        code.append(
                """
                    log_q = torch.log_softmax(torch.div(z, TEMPERATURE), 1)
                    p_soft = torch.softmax(torch.div(t, TEMPERATURE), 1)
                    kl = torch.sum(torch.kl_div(log_q, p_soft), [1])
                    ce = torch.nll_loss(torch.log_softmax(z, 1), y, None, 0)
                    soft = torch.mul(torch.sum(torch.mul(a, kl)), SQUARE)
                    loss = torch.add(soft, torch.sum(torch.mul(h, ce)))
                    g = torch.autograd.grad([loss], [p])[0]
                    return torch.detach(unchecked_cast(Tensor, g))
                """
                        .replace("TEMPERATURE", ScriptText.number(temperature))
                        .replace("SQUARE", ScriptText.number(temperature * temperature))
                        .replace("torch.kl_div(log_q, p_soft)", "torch.kl_div(log_q, p_soft, 0)"));
        return code.toString();
    }
}
