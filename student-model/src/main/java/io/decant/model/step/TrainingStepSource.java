package io.decant.model.step;

import static io.decant.model.torch.ScriptText.fill;
import static io.decant.model.torch.ScriptText.number;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.Precision;
import io.decant.model.torch.MlpSource;
import io.decant.model.torch.ScriptText;
import io.decant.model.torch.TorchArchive;
import java.util.List;

/**
 * Generates the TorchScript module behind {@link TrainingStep}: one call is a whole step.
 * <i>Thread-safe.</i>
 *
 * <p>Derivation. For row i let z be the student's logits, y the label and q = softmax(z). With a
 * and h the row's coefficients and D the teacher's term, {@link io.decant.model.loss.TeacherLoss},
 *
 * <pre>
 *   L     = Σ_i [ a D + h CE(y, q) ]
 *   ∂L/∂z = a ∂D/∂z + h (q − e_y)
 * </pre>
 *
 * With h_l the activations below layer l and d_l = ∂L/∂(W_l h_l + b_l), a layer's gradients are
 * ∂L/∂W_l = d_lᵀ h_l and ∂L/∂b_l = Σ_i d_l, and the layer below gets d_(l−1) = (d_l W_l) ⊙ [h_l >
 * 0]. Adam is Algorithm 1 of Kingma and Ba, 2015, with moments below 1e-30 set to 0 every 128
 * steps. The average follows e ← d e + (1 − d) w with d = min(maximum, (1 + t)/(10 + t)), t
 * counting this step.
 *
 * <p>Logits are kept as [classes, rows]: softmax along a long last dimension is vectorised, along
 * ten classes it is not.
 */
final class TrainingStepSource {
    private static final String CLASS = "TrainingStep";

    private static final String SET_STEPS =
            """
              def set_steps(self: __torch__.CLASS, steps: int) -> NoneType:
                self.steps = steps
                return None
              def set_boost(self: __torch__.CLASS, boost: int) -> NoneType:
                self.boost = boost
                return None
            """;

    /** The learning rate of a call: a factor of exactly 1 changes no bit. */
    private static final String RATE =
            """
                rate = torch.mul(LEARNING_RATE, torch.div(self.boost, NO_BOOST))
            """;

    private static final String LOSS_ROWS =
            """
                t = torch.t(torch.slice(self.teacher, 0, 0, rows))
            """;

    private static final String GRADIENT_ROWS =
            """
                t = torch.contiguous(torch.t(torch.slice(self.teacher, 0, 0, rows)))
            """;

    private static final String ROWS =
            """
                a = torch.slice(self.teacher_coefficients, 0, 0, rows)
                h = torch.slice(self.label_coefficients, 0, 0, rows)
                y = torch.unsqueeze(torch.slice(self.labels, 0, 0, rows), 0)
            """;

    private static final String LOSSES =
            """
                log_q1 = torch.squeeze(torch.gather(torch.log_softmax(z, 0), 0, y), 0)
                hard = torch.neg(torch.sum(torch.mul(h, log_q1)))
                copied = torch.copy_(self.losses, torch.stack([soft, hard]))
            """;

    private static final String LOGIT_GRADIENT =
            """
                q_hard = torch.scatter_add_(torch.softmax(z, 0), 0, y, torch.full_like(y, -1., dtype=6))
                TARGET = torch.addcmul_(g, q_hard, h)
            """;

    static final String COUNT =
            """
                steps = torch.add(self.steps, 1)
                self.steps = steps
            """;

    private static final String DESCENT =
            """
                descended = torch.sub_(self.NAME, gradient, alpha=rate)
            """;

    private static final String AVERAGE =
            """
                decay = ops.prim.min(MAXIMUM, torch.div(torch.add(steps, 1), torch.add(steps, 10)))
                averaged = torch.lerp_(self.ema, self.weights, torch.sub(1., decay))
            """;

    private TrainingStepSource() {}

    static byte[] archive(
            ModelSpec spec, StepSettings settings, int capacity, Placement placement) {
        int inputRows = spec.precision() == Precision.BF16 ? RowBuckets.of(capacity) : capacity;
        List<StepTensor> tensors =
                placement.tensors(
                        StepTensor.of(spec, capacity, List.of(inputRows, spec.input().size())),
                        capacity);
        String code = code(spec, settings, placement, tensors);
        return placement
                .fill(new TorchArchive(CLASS, code), tensors)
                .scalar("offset", MlpSource.offset(spec.input()))
                .toBytes();
    }

    private static String code(
            ModelSpec spec, StepSettings settings, Placement placement, List<StepTensor> tensors) {
        String predict = placement.before() + forward(spec) + placement.after();
        return ScriptText.head(
                        CLASS,
                        placement.shared(tensors),
                        placement.inner(tensors, "offset"),
                        placement.counters())
                + setSteps(CLASS)
                + placement.methods(CLASS, tensors)
                + method(CLASS, "predict", predict)
                + method(CLASS, "loss", predict + loss(settings))
                + method(
                        CLASS,
                        "step",
                        predict
                                + backward(spec, settings)
                                + COUNT
                                + update(settings, "weights")
                                + average(settings));
    }

    static String setSteps(String className) {
        return fill(SET_STEPS, "CLASS", className);
    }

    /**
     * A method that works on the first {@code rows} rows and may compute {@code size} of them, with
     * zeros in the others.
     */
    static String method(String className, String name, String body) {
        return "  def "
                + name
                + "(self: __torch__."
                + className
                + ", rows: int, size: int) -> NoneType:\n"
                + body
                + "    return None\n";
    }

    /**
     * Defines {@code h0 … z} and stores the logits: the only forward pass, so predictions are those
     * of the step itself.
     */
    private static String forward(ModelSpec spec) {
        if (spec.precision() == Precision.BF16) {
            return Bf16Source.forward(spec);
        }
        return "    weights = self.weights\n    x = torch.slice(self.inputs, 0, 0, rows)\n"
                + MlpSource.standardise(spec.input(), "h0", "x", "self.offset")
                + MlpSource.views(ParameterLayout.of(spec), "weights", "w", "b")
                + MlpSource.hiddenLayers(spec)
                + MlpSource.transposedLogits(spec)
                + "    stored = torch.copy_(torch.slice(self.logits, 0, 0, rows), torch.t(z))\n";
    }

    /** From {@code z} into {@code gradient}, the vector of all gradients. */
    private static String backward(ModelSpec spec, StepSettings settings) {
        String vector = "    gradient = self.gradient\n";
        return spec.precision() == Precision.BF16
                ? logitGradient(settings, "d") + vector + Bf16Source.backward(spec)
                : logitGradient(settings, "d" + (spec.mlp().layers() - 1))
                        + vector
                        + MlpSource.backward(spec, 1);
    }

    /** From {@code z}, [classes, rows], into {@code self.losses}. */
    static String loss(StepSettings settings) {
        return LOSS_ROWS + ROWS + settings.loss().value(settings.temperature()) + LOSSES;
    }

    /** From {@code z} the gradient {@code target} of the logits, both [classes, rows]. */
    static String logitGradient(StepSettings settings, String target) {
        return GRADIENT_ROWS
                + ROWS
                + settings.loss().gradient(settings.temperature())
                + fill(LOGIT_GRADIENT, "TARGET", target);
    }

    /** Moves the attribute {@code weights} along {@code gradient}. */
    static String update(StepSettings settings, String weights) {
        String rate =
                fill(
                        RATE,
                        "LEARNING_RATE",
                        number(settings.learningRate()),
                        "NO_BOOST",
                        TrainingStep.NO_BOOST);
        return rate
                + switch (settings.optimizer()) {
                    case SGD -> fill(DESCENT, "NAME", weights);
                    case ADAM ->
                            MlpSource.adam(
                                    weights,
                                    "rate",
                                    settings.beta1(),
                                    settings.beta2(),
                                    settings.epsilon());
                };
    }

    /** The moving average follows {@code self.weights}. */
    static String average(StepSettings settings) {
        return fill(AVERAGE, "MAXIMUM", settings.emaMaxDecay());
    }
}
