package io.decant.model.torch;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import java.util.Locale;

/**
 * TorchScript text that all generated perceptrons share. Layers count from 0. <i>Thread-safe.</i>
 */
public final class MlpSource {
    /**
     * Moments of units that died shrink into subnormal numbers, which a CPU handles many times
     * slower. At beta1 = 0.9 a moment needs 175 steps from here to there. It is far below anything
     * that could move a weight: epsilon is 1e-8.
     */
    private static final double FLUSH_BELOW = 1e-30;

    private static final int FLUSH_PERIOD = 128;

    private MlpSource() {}

    /** A double as TorchScript reads it back exactly. */
    public static String number(double value) {
        return String.format(Locale.ROOT, "%.17e", value);
    }

    /**
     * {@code target = x * scale/sd + offset} in fp32, from any input type.
     *
     * @param offset expression of a tensor without dimensions that holds −mean/sd
     */
    public static String standardise(InputSpec input, String target, String source, String offset) {
        return "    %s = torch.add(%s, torch.to(%s, 6), alpha=%s)\n"
                .formatted(target, offset, source, number(input.scale() / input.sd()));
    }

    /** Views {@code <weight>0, <bias>0, <weight>1 …} into a flat vector. */
    public static String views(ParameterLayout layout, String vector, String weight, String bias) {
        StringBuilder code = new StringBuilder();
        for (int layer = 0; layer < layout.parameters().size() / 2; layer++) {
            ParameterLayout.Parameter w = layout.weight(layer);
            ParameterLayout.Parameter b = layout.bias(layer);
            code.append(
                    "    %s%d = torch.view(torch.slice(%s, 0, %d, %d), [%d, %d])\n"
                            .formatted(
                                    weight,
                                    layer,
                                    vector,
                                    w.offset(),
                                    b.offset(),
                                    w.shape().get(0),
                                    w.shape().get(1)));
            code.append(
                    "    %s%d = torch.slice(%s, 0, %d, %d)\n"
                            .formatted(bias, layer, vector, b.offset(), b.offset() + b.size()));
        }
        return code.toString();
    }

    /** {@code h1 = relu(h0 w0ᵀ + b0)} and so on up to the last hidden layer: [rows, width]. */
    public static String hiddenLayers(ModelSpec spec) {
        StringBuilder code = new StringBuilder();
        for (int layer = 0; layer < spec.layers() - 1; layer++) {
            code.append(
                    "    h%2$d = torch.relu_(torch.addmm(b%1$d, h%1$d, torch.t(w%1$d)))\n"
                            .formatted(layer, layer + 1));
        }
        return code.toString();
    }

    /** {@code z}: logits as [classes, rows]. */
    public static String transposedLogits(ModelSpec spec) {
        return "    z = torch.addmm(torch.unsqueeze(b%1$d, 1), w%1$d, torch.t(h%1$d))\n"
                .formatted(spec.layers() - 1);
    }

    /**
     * Backward pass from {@code d<last>}, the gradient of the logits as [classes, rows], into
     * {@code gw…, gb…}. Below the last layer d is [rows, width].
     *
     * @param hiddenScale factor by which hidden activations were scaled after the ReLU, as dropout
     *     does; 1 for none
     */
    public static String backward(ModelSpec spec, double hiddenScale) {
        int last = spec.layers() - 1;
        StringBuilder code = new StringBuilder();
        for (int layer = last; layer >= 0; layer--) {
            String columns = layer == last ? "d" + layer : "torch.t(d" + layer + ")";
            String rows = layer == last ? "torch.t(d" + layer + ")" : "d" + layer;
            code.append(
                    "    ow%1$d = torch.mm(%2$s, h%1$d, out=gw%1$d)\n".formatted(layer, columns));
            code.append(
                    (spec.bias()
                                    ? "    ob%1$d = torch.sum(d%1$d, [%2$d], out=gb%1$d)\n"
                                    : "    ob%1$d = torch.zero_(gb%1$d)\n")
                            .formatted(layer, layer == last ? 1 : 0));
            if (layer > 0) {
                String below =
                        "torch.threshold_backward(torch.mm(%2$s, w%1$d), h%1$d, 0)"
                                .formatted(layer, rows);
                code.append(
                        "    d%d = %s\n"
                                .formatted(
                                        layer - 1,
                                        hiddenScale == 1
                                                ? below
                                                : "torch.mul_("
                                                        + below
                                                        + ", "
                                                        + number(hiddenScale)
                                                        + ")"));
            }
        }
        return code.toString();
    }

    /**
     * One step of Adam on {@code weights} and {@code gradient}, as number {@code steps}; now and
     * then moments that are next to nothing become 0.
     *
     * @param rate expression of the learning rate, may use {@code steps}
     */
    public static String adam(String rate, double beta1, double beta2, double epsilon) {
        // Lists held in names and written back: on list literals the call has no visible effect and
        // is removed.
        return """
                    count = torch.full(annotate(List[int], []), steps, dtype=6)
                    ws = [weights]
                    gs = [gradient]
                    ms = [self.first_moment]
                    vs = [self.second_moment]
                    torch._fused_adam_(ws, gs, ms, vs, annotate(List[Tensor], []), [count], lr=%s, beta1=%s, beta2=%s, \
                weight_decay=0., eps=%s, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
                    self.weights = ws[0]
                    self.first_moment = ms[0]
                    self.second_moment = vs[0]
                    if torch.eq(torch.remainder(steps, %d), 0):
                      _9 = torch.copy_(self.first_moment, torch.hardshrink(self.first_moment, %s))
                      _8 = torch.copy_(self.second_moment, torch.hardshrink(self.second_moment, %s))
                    else:
                      pass
                """
                .formatted(
                        rate,
                        number(beta1),
                        number(beta2),
                        number(epsilon),
                        FLUSH_PERIOD,
                        number(FLUSH_BELOW),
                        number(FLUSH_BELOW));
    }
}
