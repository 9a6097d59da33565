package io.decant.model.hint;

import java.util.List;

/**
 * Where a layer is active: with Q = Σ_channels A² at each position, as a vector of length 1, the
 * term is Σ a/2 ‖Q_s − Q_t‖². Zagoruyko and Komodakis, "Paying More Attention to Attention", 2017,
 * section 3.1, squared. The layer is [channels, positions …]; a teacher may give Q itself,
 * [positions …], in a fraction of the bytes. <i>Immutable.</i>
 */
public record Attention() implements HintLoss {
    private static final String VALUE =
            """
                map_K = torch.reshape(torch.sum(torch.square(own_K), [1]), [rows, -1])
                own_length_K = torch.sqrt(torch.add(torch.sum(torch.square(map_K), [1], True), 1e-12))
                told_length_K = torch.sqrt(torch.add(torch.sum(torch.square(told_K), [1], True), 1e-12))
                off_K = torch.sub(torch.div(map_K, own_length_K), torch.div(told_K, told_length_K))
                hint_K = torch.mul(torch.sum(torch.mul(torch.sum(torch.square(off_K), [1]), heard)), 0.5)
            """;

    @Override
    public String value() {
        return VALUE;
    }

    @Override
    public int width(List<Integer> own, int capacity) {
        return Shapes.size(positions(own));
    }

    @Override
    public float[] kept(float[] values, List<Integer> shape, List<Integer> own) {
        List<Integer> positions = positions(own);
        if (shape.equals(positions)) {
            return values;
        }
        if (shape.size() != own.size() || !positions(shape).equals(positions)) {
            throw new IllegalArgumentException(
                    "is "
                            + shape
                            + "; expected the student's positions "
                            + positions
                            + ", alone or after channels");
        }
        float[] map = new float[Shapes.size(positions)];
        for (int i = 0; i < values.length; i++) {
            map[i % map.length] += values[i] * values[i];
        }
        return map;
    }

    @Override
    public void requireOwn(List<Integer> own) {
        if (own.size() < 2) {
            throw new IllegalArgumentException(
                    "attention needs a layer of [channels, positions ...], the student's is "
                            + own);
        }
    }

    private static List<Integer> positions(List<Integer> shape) {
        return shape.subList(1, shape.size());
    }
}
