package io.decant.model.loss;

import static io.decant.model.torch.ScriptText.fill;

/**
 * Jensen and Shannon's divergence: with m = (p + q)/2, Σ a T² [ KL(p ‖ m) + KL(q ‖ m) ]/2, with
 * slope (log q − log m)/2. Symmetric, and at most ln 2 a row before T²; near q = p it is a quarter
 * of {@link Kd}. Lin, "Divergence Measures Based on the Shannon Entropy", 1991, section IV.
 * <i>Immutable.</i>
 */
public record Jsd() implements TeacherLoss {
    private static final double LN_TWO = StrictMath.log(2);

    private static final String MIDDLE =
            """
                log_m = torch.sub(torch.logaddexp(log_p, log_q), LN_TWO)
            """;

    private static final String DIVERGENCE =
            """
                from_p = torch.sum(torch.mul(torch.exp(log_p), torch.sub(log_p, log_m)), [0])
                from_q = torch.sum(torch.mul(torch.exp(log_q), torch.sub(log_q, log_m)), [0])
                jsd = torch.mul(torch.add(from_p, from_q), 0.5)
            """;

    private static final String SLOPE =
            """
                q = torch.exp(log_q)
                slope = torch.mul(torch.sub(log_q, log_m), 0.5)
            """;

    @Override
    public String value(double temperature) {
        return middle(temperature) + DIVERGENCE + Softened.sum("jsd", temperature);
    }

    @Override
    public String gradient(double temperature) {
        return middle(temperature) + SLOPE + Softened.back(temperature);
    }

    private static String middle(double temperature) {
        return Softened.logarithms(temperature, "z", "t") + fill(MIDDLE, "LN_TWO", LN_TWO);
    }
}
