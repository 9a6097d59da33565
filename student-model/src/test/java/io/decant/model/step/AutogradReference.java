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
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The same loss differentiated by libtorch itself. */
final class AutogradReference {
    private AutogradReference() {}

    /** Gradient of the summed loss by the flat weights. */
    static float[] gradient(ModelSpec spec, StepSettings settings, float[] weights, Row... rows) {
        Torch.startIfNeeded();
        byte[] archive =
                new TorchArchive("Reference", code(spec, settings)).scalar("unused", 0).toBytes();
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

    private static String code(ModelSpec spec, StepSettings settings) {
        StringBuilder code =
                new StringBuilder(
                        """
                class Reference(Module):
                  __parameters__ = []
                  __buffers__ = ["unused", ]
                  unused : Tensor
                  training : bool
                  def forward(self: __torch__.Reference, flat: Tensor, x: Tensor, teacher: Tensor, labels: Tensor, a: Tensor, h: Tensor) -> Tensor:
                """);
        code.append(MlpSource.views(ParameterLayout.of(spec), "flat", "w", "b"))
                .append("    h0 = x\n");
        int last = spec.mlp().layers() - 1;
        for (int layer = 0; layer < last; layer++) {
            code.append(
                    "    h%2$d = torch.relu(torch.linear(h%1$d, w%1$d, b%1$d))\n"
                            .formatted(layer, layer + 1));
        }
        code.append("    out = torch.linear(h%1$d, w%1$d, b%1$d)\n".formatted(last))
                .append("    z = torch.t(out)\n    t = torch.t(teacher)\n")
                .append("    y = torch.unsqueeze(labels, 0)\n")
                .append(settings.loss().value(settings.temperature()))
                .append(
                        """
                    ce = torch.nll_loss(torch.log_softmax(out, 1), labels, None, 0)
                    loss = torch.add(soft, torch.sum(torch.mul(h, ce)))
                    g = torch.autograd.grad([loss], [flat])[0]
                    return torch.detach(unchecked_cast(Tensor, g))
                """);
        return code.toString();
    }
}
