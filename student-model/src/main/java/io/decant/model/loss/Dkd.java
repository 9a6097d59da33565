package io.decant.model.loss;

import static io.decant.model.torch.ScriptText.fill;

/**
 * Decoupled distillation: what the teacher says about the label's class, and what it says about
 * those next to it, weighed apart. With b = (p_y, 1 − p_y), p̂ = p without y scaled to the sum 1,
 * and b', q̂ the student's, the term is Σ a T² [ KL(b ‖ b') + β KL(p̂ ‖ q̂) ]. Zhao, Cui, Song, Qiu
 * and Liang, "Decoupled Knowledge Distillation", 2022, equation 8 with its α = 1.
 *
 * <p>{@link Kd} is the same with 1 − p_y in the place of β, for any class y (equation 7). That is
 * what rows without a label get, h = 0: SOFT_ONLY pairs, rehearsal, and all rows when α is 1.
 *
 * <p>∂/∂z_y = a T (q_y − p_y), and a T [ β (q̂ − p̂) − (q_y − p_y) q̂ ] for the other classes. Of
 * two classes only one is next to y, and β has nothing to weigh.
 *
 * <p><i>Immutable.</i>
 *
 * @param beta β ≥ 0
 */
public record Dkd(double beta) implements TeacherLoss {
    /** Takes the label's class out of a softmax; finite, so that differences of it are. */
    private static final double NOWHERE = -1e30;

    private static final String OTHERS =
            """
                OF_others = torch.scatter(log_OF, 0, y, NOWHERE)
                OF_rest = torch.logsumexp(OF_others, [0], True)
                OF_hat = torch.sub(OF_others, OF_rest)
                OF_y = torch.gather(log_OF, 0, y)
            """;

    private static final String VALUE =
            """
                binary = torch.add(torch.mul(torch.exp(p_y), torch.sub(p_y, q_y)), torch.mul(torch.exp(p_rest), torch.sub(p_rest, q_rest)))
                others = torch.sum(torch.mul(torch.exp(p_hat), torch.sub(p_hat, q_hat)), [0], True)
                beta = torch.where(torch.gt(h, 0), BETA, torch.exp(p_rest))
                dkd = torch.squeeze(torch.add(binary, torch.mul(others, beta)), 0)
            """;

    private static final String GRADIENT =
            """
                p_y = torch.gather(p, 0, y)
                beta = torch.where(torch.gt(h, 0), BETA, torch.rsub(p_y, 1))
                p_hat = torch.softmax(torch.scatter(torch.mul(t, SHARPNESS), 0, y, NOWHERE), 0)
                q_hat = torch.softmax(torch.scatter(torch.mul(z, SHARPNESS), 0, y, NOWHERE), 0)
                binary = torch.sub(torch.gather(q, 0, y), p_y)
                others = torch.sub_(torch.mul_(torch.sub(q_hat, p_hat), beta), torch.mul(q_hat, binary))
                g = torch.mul_(torch.scatter_(others, 0, y, binary), torch.mul(a, TEMPERATURE))
            """;

    public Dkd {
        if (!(beta >= 0) || Double.isInfinite(beta)) {
            throw new IllegalArgumentException("dkd.beta must be at least 0, was " + beta);
        }
    }

    @Override
    public String value(double temperature) {
        String others = fill(OTHERS, "NOWHERE", NOWHERE);
        return Softened.logarithms(temperature, "z", "t")
                + fill(others, "OF", "p")
                + fill(others, "OF", "q")
                + fill(VALUE, "BETA", beta)
                + Softened.sum("dkd", temperature);
    }

    @Override
    public String gradient(double temperature) {
        return Softened.probabilities(temperature)
                + fill(
                        GRADIENT,
                        "BETA",
                        beta,
                        "NOWHERE",
                        NOWHERE,
                        "SHARPNESS",
                        1 / temperature,
                        "TEMPERATURE",
                        temperature);
    }

    @Override
    public int leastClasses() {
        return 3;
    }
}
