package io.decant.model.hint;

import java.util.List;

/**
 * Values of a layer: Σ a/2 Σ_n (s_n − t_n)². The student's layer has as many numbers as the
 * teacher's; a student that is narrower maps to them itself. Romero, Ballas, Kahou, Chassang, Gatta
 * and Bengio, "FitNets: Hints for Thin Deep Nets", 2015, equation 3. <i>Immutable.</i>
 */
public record Feature() implements HintLoss {
    private static final String VALUE =
            """
                off_K = torch.sub(torch.reshape(own_K, [rows, -1]), told_K)
                hint_K = torch.mul(torch.sum(torch.mul(torch.sum(torch.square(off_K), [1]), heard)), 0.5)
            """;

    @Override
    public String value() {
        return VALUE;
    }

    @Override
    public int width(List<Integer> own, int capacity) {
        return Shapes.size(own);
    }

    @Override
    public float[] kept(float[] values, List<Integer> shape, List<Integer> own) {
        if (values.length != Shapes.size(own)) {
            throw new IllegalArgumentException(
                    "is " + shape + "; expected as many numbers as the student's " + own);
        }
        return values;
    }
}
