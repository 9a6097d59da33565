package io.decant.model.loss;

import static io.decant.model.torch.ScriptText.fill;

/** Statements that several losses share. <i>Thread-safe: all methods are pure.</i> */
final class Softened {
    private static final String LOGARITHMS =
            """
                log_p = torch.log_softmax(torch.mul(TEACHER, SHARPNESS), 0)
                log_q = torch.log_softmax(torch.mul(STUDENT, SHARPNESS), 0)
            """;

    private static final String PROBABILITIES =
            """
                p = torch.softmax(torch.mul(t, SHARPNESS), 0)
                q = torch.softmax(torch.mul(z, SHARPNESS), 0)
            """;

    private static final String SUM =
            """
                soft = torch.mul(torch.sum(torch.mul(a, DIVERGENCE)), SQUARE)
            """;

    private static final String BACK =
            """
                g = torch.mul_(torch._softmax_backward_data(slope, q, 0, 6), torch.mul(a, TEMPERATURE))
            """;

    private Softened() {}

    /** {@code log_p} and {@code log_q}: [classes, rows]. */
    static String logarithms(double temperature, String student, String teacher) {
        return fill(
                LOGARITHMS, "TEACHER", teacher, "STUDENT", student, "SHARPNESS", 1 / temperature);
    }

    /** {@code p} and {@code q}: [classes, rows]. */
    static String probabilities(double temperature) {
        return fill(PROBABILITIES, "SHARPNESS", 1 / temperature);
    }

    /** {@code soft} = T² Σ a D, from the rows' divergences D: [rows]. */
    static String sum(String divergence, double temperature) {
        return fill(SUM, "DIVERGENCE", divergence, "SQUARE", temperature * temperature);
    }

    /**
     * {@code g} = a T q ⊙ (s − Σ q s), from {@code slope} s = ∂D/∂q and {@code q}, both [classes,
     * rows]; what is equal in all classes of s has no influence.
     */
    static String back(double temperature) {
        return fill(BACK, "TEMPERATURE", temperature);
    }
}
