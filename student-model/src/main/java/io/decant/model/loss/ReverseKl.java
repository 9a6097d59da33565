package io.decant.model.loss;

/**
 * Divergence the other way: Σ a T² KL(q ‖ p), with slope log q − log p. A student that cannot
 * follow the teacher everywhere keeps to what the teacher thinks likeliest. Gu, Dong, Wei and
 * Huang, "MiniLLM: Knowledge Distillation of Large Language Models", 2024, section 2.1.
 * <i>Immutable.</i>
 */
public record ReverseKl() implements TeacherLoss {
    private static final String DIVERGENCE =
            """
                kl = torch.sum(torch.mul(torch.exp(log_q), torch.sub(log_q, log_p)), [0])
            """;

    private static final String SLOPE =
            """
                q = torch.exp(log_q)
                slope = torch.sub(log_q, log_p)
            """;

    @Override
    public String value(double temperature) {
        return Softened.logarithms(temperature, "z", "t")
                + DIVERGENCE
                + Softened.sum("kl", temperature);
    }

    @Override
    public String gradient(double temperature) {
        return Softened.logarithms(temperature, "z", "t") + SLOPE + Softened.back(temperature);
    }
}
