package io.decant.model.hint;

import java.util.Arrays;
import java.util.List;

/**
 * How far samples are from each other: with ψ_ij the distance of two rows' layers divided by the
 * mean distance of all pairs of the call, the term is Σ_ij a_i a_j/A Huber(ψ_ij of the student, of
 * the teacher), A = Σ a. Park, Kim, Lu and Cho, "Relational Knowledge Distillation", 2019, section
 * 3.2.1; its weight there is 25. The two layers may differ in width. <i>Immutable.</i>
 *
 * <p>The teacher's side of a row is its ψ to every other row, {@link #NONE} where there is none.
 */
public record Relation() implements HintLoss {
    /** Stands for a pair that is not compared. */
    static final float NONE = -1;

    private static final String VALUE =
            """
                flat_K = torch.reshape(own_K, [rows, -1])
                squares_K = torch.sum(torch.square(flat_K), [1])
                both_K = torch.add(torch.unsqueeze(squares_K, 0), torch.unsqueeze(squares_K, 1))
                apart_K = torch.sub(both_K, torch.mul(torch.mm(flat_K, torch.t(flat_K)), 2))
                far_K = torch.sqrt(torch.clamp_min(apart_K, 1e-12))
                psi_K = torch.slice(told_K, 1, 0, rows)
                related_K = torch.to(torch.ge(psi_K, 0), 6)
                mean_K = torch.div(torch.sum(torch.mul(far_K, related_K)), torch.clamp_min(torch.sum(related_K), 1))
                huber_K = torch.smooth_l1_loss(torch.div(far_K, torch.clamp_min(mean_K, 1e-12)), psi_K, 0, 1.)
                pairs_K = torch.mul(torch.outer(heard, heard), related_K)
                hint_K = torch.div(torch.sum(torch.mul(huber_K, pairs_K)), torch.clamp_min(torch.sum(heard), 1e-30))
            """;

    @Override
    public String value() {
        return VALUE;
    }

    @Override
    public int width(List<Integer> own, int capacity) {
        return capacity;
    }

    @Override
    public float[] kept(float[] values, List<Integer> shape, List<Integer> own) {
        return values;
    }

    /**
     * ψ of the teacher's rows, summed in fp64 in the order of their numbers.
     *
     * @param rows what was kept of each; null for a row without hints. Rows of unequal widths, as
     *     two versions of a teacher may have them, are not compared
     * @return [rows][rows], {@link #NONE} for a row with itself and for pairs without both
     */
    public static float[][] between(List<float[]> rows) {
        int count = rows.size();
        double[][] distances = new double[count][count];
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                if (comparable(rows.get(i), rows.get(j))) {
                    distances[i][j] = distance(rows.get(i), rows.get(j));
                    sum += distances[i][j];
                    pairs++;
                }
            }
        }
        double mean = sum > 0 ? sum / pairs : 1;
        float[][] psi = new float[count][count];
        for (int i = 0; i < count; i++) {
            Arrays.fill(psi[i], NONE);
            for (int j = 0; j < i; j++) {
                if (comparable(rows.get(i), rows.get(j))) {
                    psi[i][j] = (float) (distances[i][j] / mean);
                    psi[j][i] = psi[i][j];
                }
            }
        }
        return psi;
    }

    private static boolean comparable(float[] one, float[] other) {
        return one != null && other != null && one.length == other.length;
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int n = 0; n < one.length; n++) {
            double off = (double) one[n] - other[n];
            sum += off * off;
        }
        return StrictMath.sqrt(sum);
    }
}
