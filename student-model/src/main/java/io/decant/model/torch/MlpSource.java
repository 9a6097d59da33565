package io.decant.model.torch;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;

/**
 * TorchScript statements that all generated perceptrons share. Layers count from 0.
 * <i>Thread-safe.</i>
 */
public final class MlpSource {
    /**
     * Moments of units that died shrink into subnormal numbers, which a CPU handles many times
     * slower. At beta1 = 0.9 a moment needs 175 steps from here to there. It is far below anything
     * that could move a weight: epsilon is 1e-8.
     */
    private static final double FLUSH_BELOW = 1e-30;

    private static final int FLUSH_PERIOD = 128;

    /**
     * Lists held in names and written back: on list literals the call has no visible effect and is
     * removed.
     */
    private static final String ADAM =
            """
                count = torch.new_full(gradient, annotate(List[int], []), steps)
                ws = [self.NAME]
                gs = [gradient]
                ms = [self.first_moment]
                vs = [self.second_moment]
                torch._fused_adam_(ws, gs, ms, vs, annotate(List[Tensor], []), [count], lr=RATE, beta1=BETA_ONE, beta2=BETA_TWO, weight_decay=0., eps=EPSILON, amsgrad=False, maximize=False, grad_scale=None, found_inf=None)
                self.NAME = ws[0]
                self.first_moment = ms[0]
                self.second_moment = vs[0]
                if torch.eq(torch.remainder(steps, PERIOD), 0):
                  fm = torch.copy_(self.first_moment, torch.hardshrink(self.first_moment, BELOW))
                  fv = torch.copy_(self.second_moment, torch.hardshrink(self.second_moment, BELOW))
                else:
                  pass
            """;

    private MlpSource() {}

    /**
     * {@code target = x * scale/sd + offset} in fp32, from any input type.
     *
     * @param offset expression of a tensor without dimensions that holds −mean/sd
     */
    public static String standardise(InputSpec input, String target, String source, String offset) {
        return "    %s = torch.add(%s, torch.to(%s, 6), alpha=%s)\n"
                .formatted(target, offset, source, ScriptText.number(input.scale() / input.sd()));
    }

    /** The value that {@link #standardise} needs as its offset. */
    public static float offset(InputSpec input) {
        return (float) (-input.mean() / input.sd());
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
        for (int layer = 0; layer < spec.mlp().layers() - 1; layer++) {
            code.append(hiddenLayer(layer));
        }
        return code.toString();
    }

    /** {@code h<layer+1>} from {@code h<layer>}. */
    public static String hiddenLayer(int layer) {
        return "    h%2$d = torch.relu_(torch.addmm(b%1$d, h%1$d, torch.t(w%1$d)))\n"
                .formatted(layer, layer + 1);
    }

    /** {@code z}: logits as [classes, rows]. */
    public static String transposedLogits(ModelSpec spec) {
        return "    z = torch.addmm(torch.unsqueeze(b%1$d, 1), w%1$d, torch.t(h%1$d))\n"
                .formatted(spec.mlp().layers() - 1);
    }

    /**
     * Backward pass from {@code d<last>}, the gradient of the logits as [classes, rows], into views
     * {@code gw…, gb…} of the vector {@code gradient}. Below the last layer d is [rows, width].
     *
     * @param hiddenScale factor by which hidden activations were scaled after the ReLU, as dropout
     *     does; 1 for none
     */
    public static String backward(ModelSpec spec, double hiddenScale) {
        int last = spec.mlp().layers() - 1;
        StringBuilder code =
                new StringBuilder(views(ParameterLayout.of(spec), "gradient", "gw", "gb"));
        for (int layer = last; layer >= 0; layer--) {
            String columns = layer == last ? "d" + layer : "torch.t(d" + layer + ")";
            String rows = layer == last ? "torch.t(d" + layer + ")" : "d" + layer;
            code.append(
                    "    ow%1$d = torch.mm(%2$s, h%1$d, out=gw%1$d)\n".formatted(layer, columns));
            code.append(
                    (spec.mlp().bias()
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
                                                        + ScriptText.number(hiddenScale)
                                                        + ")"));
            }
        }
        return code.toString();
    }

    /**
     * One step of Adam on {@code self.<weights>} and {@code gradient}, as number {@code steps}; now
     * and then moments that are next to nothing become 0.
     *
     * @param weights attribute that holds what is trained
     * @param rate expression of the learning rate
     */
    public static String adam(
            String weights, String rate, double beta1, double beta2, double epsilon) {
        return fill(
                ADAM,
                "NAME",
                weights,
                "RATE",
                rate,
                "BETA_ONE",
                beta1,
                "BETA_TWO",
                beta2,
                "EPSILON",
                epsilon,
                "PERIOD",
                FLUSH_PERIOD,
                "BELOW",
                FLUSH_BELOW);
    }
}
