package io.decant.model.loss;

import java.util.stream.IntStream;

/**
 * The papers' formulas in double, one scalar at a time, with the terms' definitions spelled out.
 */
final class NaiveLoss {
    private NaiveLoss() {}

    static double value(TeacherLoss loss, double temperature, Answers rows) {
        double square = temperature * temperature;
        if (loss instanceof Dist dist) {
            return square * relations(dist, temperature, rows);
        }
        double sum = 0;
        for (int i = 0; i < rows.rows(); i++) {
            double[] z = rows.z()[i];
            double[] t = rows.t()[i];
            double row;
            if (loss instanceof LogitMse) {
                row = halfMeanSquare(z, t);
            } else if (loss instanceof LogitStandardisation) {
                row =
                        square
                                * kl(
                                        softmax(standardised(t), temperature),
                                        softmax(standardised(z), temperature));
            } else {
                double[] p = softmax(t, temperature);
                double[] q = softmax(z, temperature);
                row = square * divergence(loss, p, q, rows.y()[i], rows.h()[i] > 0);
            }
            sum += rows.a()[i] * row;
        }
        return sum;
    }

    private static double divergence(
            TeacherLoss loss, double[] p, double[] q, int y, boolean labelled) {
        if (loss instanceof Dkd dkd && labelled) {
            return targetKl(p, q, y) + dkd.beta() * othersKl(p, q, y);
        } else if (loss instanceof ReverseKl) {
            return kl(q, p);
        } else if (loss instanceof Jsd) {
            double[] m = IntStream.range(0, p.length).mapToDouble(c -> (p[c] + q[c]) / 2).toArray();
            return (kl(p, m) + kl(q, m)) / 2;
        }
        return kl(p, q);
    }

    /** TCKD: between what the label's class gets and what all others get. */
    static double targetKl(double[] p, double[] q, int y) {
        return kl(new double[] {p[y], 1 - p[y]}, new double[] {q[y], 1 - q[y]});
    }

    /** NCKD: between the shares of the other classes. */
    static double othersKl(double[] p, double[] q, int y) {
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            if (c != y) {
                double teacher = p[c] / (1 - p[y]);
                sum += teacher * Math.log(teacher / (q[c] / (1 - q[y])));
            }
        }
        return sum;
    }

    private static double relations(Dist dist, double temperature, Answers rows) {
        int classes = rows.classes();
        double[][] p = new double[rows.rows()][];
        double[][] q = new double[rows.rows()][];
        double[] even = IntStream.range(0, classes).mapToDouble(c -> 1.0 / classes).toArray();
        double total = 0;
        double inter = 0;
        for (int i = 0; i < rows.rows(); i++) {
            p[i] = softmax(rows.t()[i], temperature);
            q[i] = softmax(rows.z()[i], temperature);
            inter += rows.a()[i] * (1 - pearson(p[i], q[i], even));
            total += rows.a()[i];
        }
        double intra = 0;
        for (int c = 0; c < classes; c++) {
            intra += 1 - pearson(column(p, c), column(q, c), shares(rows.a(), total));
        }
        return dist.inter() * inter + dist.intra() * total * intra / classes;
    }

    private static double[] shares(double[] a, double total) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] / total).toArray();
    }

    private static double[] column(double[][] matrix, int c) {
        return IntStream.range(0, matrix.length).mapToDouble(i -> matrix[i][c]).toArray();
    }

    private static double pearson(double[] x, double[] y, double[] weights) {
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < x.length; i++) {
            meanX += weights[i] * x[i];
            meanY += weights[i] * y[i];
        }
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += weights[i] * (x[i] - meanX) * (y[i] - meanY);
            xx += weights[i] * (x[i] - meanX) * (x[i] - meanX);
            yy += weights[i] * (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double halfMeanSquare(double[] z, double[] t) {
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            sum += (z[c] - t[c]) * (z[c] - t[c]);
        }
        return sum / z.length / 2;
    }

    private static double[] standardised(double[] v) {
        double mean = 0;
        for (double value : v) {
            mean += value / v.length;
        }
        double variance = 0;
        for (double value : v) {
            variance += (value - mean) * (value - mean) / v.length;
        }
        double[] result = new double[v.length];
        for (int c = 0; c < v.length; c++) {
            result[c] = (v[c] - mean) / Math.sqrt(variance + 1e-8);
        }
        return result;
    }

    static double kl(double[] p, double[] q) {
        double sum = 0;
        for (int c = 0; c < p.length; c++) {
            sum += p[c] * Math.log(p[c] / q[c]);
        }
        return sum;
    }

    static double[] softmax(double[] z, double temperature) {
        double sum = 0;
        double[] result = new double[z.length];
        for (int c = 0; c < z.length; c++) {
            result[c] = Math.exp(z[c] / temperature);
            sum += result[c];
        }
        for (int c = 0; c < z.length; c++) {
            result[c] /= sum;
        }
        return result;
    }

    /** Central differences of the value: [rows][classes]. */
    static double[][] gradient(TeacherLoss loss, double temperature, Answers rows) {
        double nudge = 1e-5;
        double[][] gradient = new double[rows.rows()][rows.classes()];
        for (int i = 0; i < gradient.length; i++) {
            for (int c = 0; c < gradient[i].length; c++) {
                double kept = rows.z()[i][c];
                rows.z()[i][c] = kept + nudge;
                double above = value(loss, temperature, rows);
                rows.z()[i][c] = kept - nudge;
                double below = value(loss, temperature, rows);
                rows.z()[i][c] = kept;
                gradient[i][c] = (above - below) / (2 * nudge);
            }
        }
        return gradient;
    }
}
