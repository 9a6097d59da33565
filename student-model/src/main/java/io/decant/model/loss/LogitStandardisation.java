package io.decant.model.loss;

import static io.decant.model.torch.ScriptText.fill;

/**
 * {@link Kd} between logits that are standardised row by row: with v̄ the mean of a row's C logits
 * and s(v)² their mean squared distance from it plus 1e-8, Z(v) = (v − v̄)/s(v), the term is Σ a T²
 * KL(softmax(Z(t)/T) ‖ softmax(Z(z)/T)). Scale and shift of either side are then no part of what is
 * learned. Sun, Ren, Li, Wang and Cao, "Logit Standardization in Knowledge Distillation", 2024,
 * Algorithms 1 and 2.
 *
 * <p>With e = a T (q − p) the gradient of Z(z), that of z is (e − ē − Z(z) · mean(e ⊙ Z(z)))/s(z).
 * Two classes are standardised to 1 and −1 whatever the logits are. <i>Immutable.</i>
 */
public record LogitStandardisation() implements TeacherLoss {
    /** Far below the variance of logits that say anything, and far above what fp32 rounds. */
    private static final double FLOOR = 1e-8;

    private static final String STANDARDISED =
            """
                V_sd = torch.sqrt(torch.add(torch.var(V, [0], False, True), FLOOR))
                V_standard = torch.div(torch.sub(V, torch.mean(V, [0], True)), V_sd)
            """;

    private static final String BACK =
            """
                along = torch.mul(z_standard, torch.mean(torch.mul(e, z_standard), [0], True))
                g = torch.div(torch.sub(torch.sub(e, torch.mean(e, [0], True)), along), z_sd)
            """;

    @Override
    public String value(double temperature) {
        return standardised() + Kd.value(temperature, "z_standard", "t_standard");
    }

    @Override
    public String gradient(double temperature) {
        return standardised() + Kd.gradient(temperature, "z_standard", "t_standard", "e") + BACK;
    }

    @Override
    public int leastClasses() {
        return 3;
    }

    private static String standardised() {
        String template = fill(STANDARDISED, "FLOOR", FLOOR);
        return fill(template, "V", "z") + fill(template, "V", "t");
    }
}
