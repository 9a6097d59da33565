package io.decant.model.torch;

import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import java.util.Locale;

/**
 * TorchScript text that all generated perceptrons share. Layers count from 0. <i>Thread-safe.</i>
 */
public final class MlpSource {
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
}
