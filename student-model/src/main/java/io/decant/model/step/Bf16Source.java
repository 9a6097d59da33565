package io.decant.model.step;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.torch.MlpSource;

/**
 * TorchScript statements of a perceptron whose hidden layers multiply in bf16 and keep everything
 * else in fp32. <i>Thread-safe.</i>
 *
 * <p>Activations are [width, rows]: that way the backward product of the first layer, the dearest,
 * meets both operands as they lie in memory. Rows beyond {@code rows} up to {@code size} are zeros
 * in the input and in the gradient of the logits, so nothing that stands there is learned.
 *
 * <p>Raw bytes are exact in bf16, standardised ones are not. So a byte input x enters the product
 * as it is, and with s = scale/sd, o = −mean/sd the standardisation follows from the outside:
 *
 * <pre>
 *   W (s x + o) + b  = s (W x) + (b + o Σ_columns W)
 *   ∂L/∂W = d (s x + o)ᵀ = s (d xᵀ) + o (Σ_rows d) 1ᵀ
 * </pre>
 */
final class Bf16Source {
    private static final String INPUT =
            """
                weights = self.weights
                x = torch.slice(self.inputs, 0, 0, size)
            """;

    /** {@code r0}: [size, inputs] in bf16, zeros where no row is. */
    private static final String OPERAND =
            """
                r0 = torch.to(SOURCE, 15)
                cleared = torch.zero_(torch.slice(r0, 0, rows, size))
            """;

    /** Bias of the first layer when it meets raw bytes. */
    private static final String BIAS_OF_BYTES =
            """
                c0 = torch.add(b0, torch.sum(w0, [1]), alpha=OFFSET)
            """;

    /** {@code r<NEXT>}, activations in bf16: [width, size]. */
    private static final String HIDDEN =
            """
                mL = torch.to(wL, 15)
                rNEXT = torch.relu_(torch.addmm(torch.unsqueeze(torch.to(BIAS, 15), 1), mL, RIGHT, alpha=SCALE))
            """;

    private static final String LOGITS =
            """
                hL = torch.to(rL, 6)
                z = torch.slice(torch.addmm(torch.unsqueeze(bL, 1), wL, hL), 1, 0, rows)
                stored = torch.copy_(torch.slice(self.logits, 0, 0, rows), torch.t(z))
            """;

    private static final String BACK_OUTPUT =
            """
                dL = torch.constant_pad_nd(d, [0, torch.sub(size, rows)], 0)
                owL = torch.mm(dL, torch.t(hL), out=gwL)
                qL = torch.sum(dL, [1])
                eBELOW = torch.threshold_backward(torch.to(torch.mm(torch.t(wL), dL), 15), rL, 0)
            """;

    private static final String BACK_HIDDEN =
            """
                qL = torch.sum(eL, [1])
                owL = torch.copy_(gwL, PRODUCT)
            """;

    private static final String BELOW_HIDDEN =
            """
                eBELOW = torch.threshold_backward(torch.mm(torch.t(mL), eL), rL, 0)
            """;

    private static final String PRODUCT = "torch.mm(eL, RIGHT)";

    private static final String PRODUCT_OF_BYTES =
            "torch.addmm(torch.unsqueeze(qL, 1), eL, RIGHT, beta=OFFSET, alpha=SCALE)";

    private Bf16Source() {}

    /** Defines {@code z}, [classes, rows], and stores the logits. */
    static String forward(ModelSpec spec) {
        InputSpec input = spec.input();
        int last = spec.mlp().layers() - 1;
        StringBuilder code = new StringBuilder(INPUT);
        if (isExact(input)) {
            code.append(fill(OPERAND, "SOURCE", "x"));
        } else {
            code.append(MlpSource.standardise(input, "s0", "x", "self.offset"))
                    .append(fill(OPERAND, "SOURCE", "s0"));
        }
        code.append(MlpSource.views(ParameterLayout.of(spec), "weights", "w", "b"));
        if (isExact(input)) {
            code.append(standardisation(BIAS_OF_BYTES, input));
        }
        for (int layer = 0; layer < last; layer++) {
            boolean bytes = layer == 0 && isExact(input);
            code.append(
                    fill(
                            HIDDEN,
                            "BIAS",
                            bytes ? "c0" : "b" + layer,
                            "SCALE",
                            bytes ? input.scale() / input.sd() : 1.0,
                            "RIGHT",
                            layer == 0 ? "torch.t(r0)" : "r" + layer,
                            "NEXT",
                            layer + 1,
                            "L",
                            layer));
        }
        return code.append(fill(LOGITS, "L", last)).toString();
    }

    /**
     * Backward pass from {@code d}, the gradient of the logits as [classes, rows], into views of
     * the vector {@code gradient}.
     */
    static String backward(ModelSpec spec) {
        int last = spec.mlp().layers() - 1;
        StringBuilder code =
                new StringBuilder(
                        MlpSource.views(ParameterLayout.of(spec), "gradient", "gw", "gb"));
        for (int layer = last; layer >= 0; layer--) {
            if (layer == last) {
                code.append(fill(BACK_OUTPUT, "BELOW", layer - 1, "L", layer));
            } else {
                code.append(
                        fill(
                                fill(BACK_HIDDEN, "PRODUCT", product(spec.input(), layer)),
                                "RIGHT",
                                layer == 0 ? "r0" : "torch.t(r%d)".formatted(layer),
                                "L",
                                layer));
                if (layer > 0) {
                    code.append(fill(BELOW_HIDDEN, "BELOW", layer - 1, "L", layer));
                }
            }
            code.append(
                    (spec.mlp().bias()
                                    ? "    ob%1$d = torch.copy_(gb%1$d, q%1$d)\n"
                                    : "    ob%1$d = torch.zero_(gb%1$d)\n")
                            .formatted(layer));
        }
        return code.toString();
    }

    private static String product(InputSpec input, int layer) {
        return layer == 0 && isExact(input) ? standardisation(PRODUCT_OF_BYTES, input) : PRODUCT;
    }

    /** Whether every raw value is a bf16 number: whole numbers up to 256 are. */
    private static boolean isExact(InputSpec input) {
        return input.dtype() == DType.U8;
    }

    private static String standardisation(String template, InputSpec input) {
        return fill(
                template,
                "SCALE",
                input.scale() / input.sd(),
                "OFFSET",
                (double) MlpSource.offset(input));
    }
}
