package io.decant.model.loss;

import static io.decant.model.torch.ScriptText.fill;

/**
 * Knowledge distillation: Σ a T² KL(p ‖ q), with ∂/∂z = a T (q − p). Hinton, Vinyals and Dean,
 * "Distilling the Knowledge in a Neural Network", 2015, section 2. <i>Immutable.</i>
 */
public record Kd() implements TeacherLoss {
    private static final String DIVERGENCE =
            """
                kl = torch.sum(torch.mul(torch.exp(log_p), torch.sub(log_p, log_q)), [0])
            """;

    private static final String GRADIENT =
            """
                p_soft = torch.softmax(torch.mul(TEACHER, SHARPNESS), 0)
                q_soft = torch.softmax(torch.mul(STUDENT, SHARPNESS), 0)
                TARGET = torch.mul_(torch.sub_(q_soft, p_soft), torch.mul(a, TEMPERATURE))
            """;

    @Override
    public String value(double temperature) {
        return value(temperature, "z", "t");
    }

    @Override
    public String gradient(double temperature) {
        return gradient(temperature, "z", "t", "g");
    }

    /** The value for other logits. */
    static String value(double temperature, String student, String teacher) {
        return Softened.logarithms(temperature, student, teacher)
                + DIVERGENCE
                + Softened.sum("kl", temperature);
    }

    /** The gradient of other logits, under another name. */
    static String gradient(double temperature, String student, String teacher, String target) {
        return fill(
                GRADIENT,
                "TEACHER",
                teacher,
                "STUDENT",
                student,
                "SHARPNESS",
                1 / temperature,
                "TARGET",
                target,
                "TEMPERATURE",
                temperature);
    }
}
