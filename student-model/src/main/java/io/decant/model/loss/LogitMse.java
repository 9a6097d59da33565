package io.decant.model.loss;

/**
 * Squared distance of the logits themselves: Σ a/(2 C) Σ_c (z_c − t_c)², with ∂/∂z = a (z − t)/C.
 * Ba and Caruana, "Do Deep Nets Really Need to be Deep?", 2014. It is what {@link Kd} comes to when
 * T grows and logits have the mean 0 (Hinton, Vinyals and Dean, 2015, section 2.1), so the two are
 * of one size. There is no temperature in it. <i>Immutable.</i>
 */
public record LogitMse() implements TeacherLoss {
    private static final String VALUE =
            """
                squares = torch.mean(torch.square(torch.sub(z, t)), [0])
                soft = torch.mul(torch.sum(torch.mul(a, squares)), 0.5)
            """;

    private static final String GRADIENT =
            """
                g = torch.mul_(torch.sub(z, t), torch.div(a, torch.size(z, 0)))
            """;

    @Override
    public String value(double temperature) {
        return VALUE;
    }

    @Override
    public String gradient(double temperature) {
        return GRADIENT;
    }
}
