package io.decant.model.loss;

import static io.decant.model.torch.ScriptText.fill;

/**
 * Relations instead of values: within a row, and within a class along the rows of a call, the
 * student's probabilities are to correlate with the teacher's. Huang, You, Wang, Qian and Xu,
 * "Knowledge Distillation from A Stronger Teacher", 2022, section 4.
 *
 * <pre>
 *   T² [ β Σ_i a_i (1 − ρ_i) + γ A (1/C) Σ_c (1 − ρ_c) ],   A = Σ_i a_i
 * </pre>
 *
 * <p>ρ_i is Pearson's correlation of q and p over the classes of row i. ρ_c is that of class c over
 * rows, row i counting a_i/A: rows that the teacher does not teach have no part in it, and the
 * term's size is that of the rows that it does. In a call of one such row only ρ_i says anything.
 *
 * <p>With u and v the standardised q and p, ∂ρ/∂q = w (v − ρ u)/s, where w is 1/C or a_i/A and s²
 * is q's variance plus 1e-12. Correlations of two classes are 1 or −1.
 *
 * <p><i>Immutable.</i>
 *
 * @param inter β ≥ 0, of correlations within a row
 * @param intra γ ≥ 0, of correlations within a class
 */
public record Dist(double inter, double intra) implements TeacherLoss {
    /** Keeps classes that nobody believes in from being correlated by their rounding. */
    private static final double FLOOR = 1e-12;

    private static final String SHARES =
            """
                total = torch.sum(a)
                w = torch.div(a, torch.clamp_min(total, 1e-30))
            """;

    private static final String STANDARDISED =
            """
                V_off = torch.sub(V, torch.mean(V, [0], True))
                V_sd = torch.sqrt(torch.add(torch.mean(torch.square(V_off), [0], True), FLOOR))
                V_row = torch.div(V_off, V_sd)
                V_apart = torch.sub(V, torch.sum(torch.mul(V, w), [1], True))
                V_spread = torch.sqrt(torch.add(torch.sum(torch.mul(torch.square(V_apart), w), [1], True), FLOOR))
                V_column = torch.div(V_apart, V_spread)
            """;

    private static final String CORRELATIONS =
            """
                rho_row = torch.mean(torch.mul(p_row, q_row), [0], True)
                rho_column = torch.sum(torch.mul(torch.mul(p_column, q_column), w), [1], True)
            """;

    private static final String VALUE =
            """
                rows_apart = torch.sum(torch.mul(a, torch.rsub(rho_row, 1)))
                columns_apart = torch.mul(torch.mean(torch.rsub(rho_column, 1)), total)
                apart = torch.add(torch.mul(rows_apart, INTER), torch.mul(columns_apart, INTRA))
                soft = torch.mul(apart, SQUARE)
            """;

    private static final String SLOPE =
            """
                along_row = torch.div(torch.sub(torch.mul(q_row, rho_row), p_row), q_sd)
                along_column = torch.div(torch.sub(torch.mul(q_column, rho_column), p_column), q_spread)
                along = torch.add(torch.mul(along_row, INTER), torch.mul(along_column, INTRA))
                slope = torch.div(along, torch.size(z, 0))
            """;

    public Dist {
        requireWeight("dist.inter", inter);
        requireWeight("dist.intra", intra);
    }

    @Override
    public String value(double temperature) {
        return correlations(temperature)
                + fill(VALUE, "INTER", inter, "INTRA", intra, "SQUARE", temperature * temperature);
    }

    @Override
    public String gradient(double temperature) {
        return correlations(temperature)
                + fill(SLOPE, "INTER", inter, "INTRA", intra)
                + Softened.back(temperature);
    }

    @Override
    public int leastClasses() {
        return 3;
    }

    private static String correlations(double temperature) {
        String template = fill(STANDARDISED, "FLOOR", FLOOR);
        return Softened.probabilities(temperature)
                + SHARES
                + fill(template, "V", "p")
                + fill(template, "V", "q")
                + CORRELATIONS;
    }

    private static void requireWeight(String key, double weight) {
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(key + " must be at least 0, was " + weight);
        }
    }
}
