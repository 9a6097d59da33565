package io.decant.model.step;

import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;

/**
 * The loss and its gradient in double, one scalar at a time: what the generated step is compared
 * with.
 */
final class NaiveMlp {
    private final ModelSpec spec;
    private final double temperature;

    NaiveMlp(ModelSpec spec, double temperature) {
        this.spec = spec;
        this.temperature = temperature;
    }

    /** One row of a batch: {@code raw} [inputs] before standardisation. */
    record Row(
            double[] raw,
            float[] teacherLogits,
            int label,
            double teacherCoefficient,
            double labelCoefficient) {}

    double[] logits(double[] weights, double[] raw) {
        double[][] activations = activations(weights, raw);
        return activations[activations.length - 1];
    }

    double loss(double[] weights, Row... rows) {
        double loss = 0;
        for (Row row : rows) {
            double[] z = logits(weights, row.raw);
            double[] softTeacher = logSoftmax(widen(row.teacherLogits), temperature);
            double[] softStudent = logSoftmax(z, temperature);
            for (int c = 0; c < z.length; c++) {
                loss +=
                        row.teacherCoefficient
                                * temperature
                                * temperature
                                * Math.exp(softTeacher[c])
                                * (softTeacher[c] - softStudent[c]);
            }
            loss -= row.labelCoefficient * logSoftmax(z, 1)[row.label];
        }
        return loss;
    }

    double[] gradient(double[] weights, Row... rows) {
        double[] gradient = new double[weights.length];
        ParameterLayout layout = ParameterLayout.of(spec);
        for (Row row : rows) {
            double[][] h = activations(weights, row.raw);
            double[] d = logitGradient(h[spec.mlp().layers()], row);
            for (int layer = spec.mlp().layers() - 1; layer >= 0; layer--) {
                int inputs = spec.mlp().dims().get(layer);
                int w = layout.weight(layer).offset();
                int b = layout.bias(layer).offset();
                double[] below = new double[inputs];
                for (int o = 0; o < d.length; o++) {
                    gradient[b + o] += d[o];
                    for (int i = 0; i < inputs; i++) {
                        gradient[w + o * inputs + i] += d[o] * h[layer][i];
                        below[i] += h[layer][i] > 0 ? d[o] * weights[w + o * inputs + i] : 0;
                    }
                }
                d = below;
            }
        }
        return gradient;
    }

    private double[] logitGradient(double[] z, Row row) {
        double[] p = logSoftmax(widen(row.teacherLogits), temperature);
        double[] soft = logSoftmax(z, temperature);
        double[] hard = logSoftmax(z, 1);
        double[] d = new double[z.length];
        for (int c = 0; c < z.length; c++) {
            d[c] =
                    row.teacherCoefficient * temperature * (Math.exp(soft[c]) - Math.exp(p[c]))
                            + row.labelCoefficient * (Math.exp(hard[c]) - (c == row.label ? 1 : 0));
        }
        return d;
    }

    private double[][] activations(double[] weights, double[] raw) {
        ParameterLayout layout = ParameterLayout.of(spec);
        double[][] h = new double[spec.mlp().layers() + 1][];
        h[0] = new double[raw.length];
        for (int i = 0; i < raw.length; i++) {
            h[0][i] = (raw[i] * spec.input().scale() - spec.input().mean()) / spec.input().sd();
        }
        for (int layer = 0; layer < spec.mlp().layers(); layer++) {
            int inputs = spec.mlp().dims().get(layer);
            h[layer + 1] = new double[spec.mlp().dims().get(layer + 1)];
            for (int o = 0; o < h[layer + 1].length; o++) {
                double sum = weights[layout.bias(layer).offset() + o];
                for (int i = 0; i < inputs; i++) {
                    sum += weights[layout.weight(layer).offset() + o * inputs + i] * h[layer][i];
                }
                h[layer + 1][o] = layer + 1 < spec.mlp().layers() ? Math.max(0, sum) : sum;
            }
        }
        return h;
    }

    private static double[] logSoftmax(double[] z, double temperature) {
        double max = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            max = Math.max(max, value / temperature);
        }
        double sum = 0;
        for (double value : z) {
            sum += Math.exp(value / temperature - max);
        }
        double[] result = new double[z.length];
        for (int c = 0; c < z.length; c++) {
            result[c] = z[c] / temperature - max - Math.log(sum);
        }
        return result;
    }

    static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }
}
