package io.decant.model.step;

import io.decant.model.hint.Attention;
import io.decant.model.hint.Feature;
import io.decant.model.hint.Hint;
import java.util.List;

/** The formulas of hints in double, one scalar at a time. */
final class NaiveHints {
    private NaiveHints() {}

    /**
     * The term with its weight.
     *
     * @param own the student's layer, [rows][3 · 4]
     * @param told what is kept of the teacher's, by row
     * @param coefficients 0 for a row without hints
     */
    static double value(Hint hint, double[][] own, List<float[]> told, float[] coefficients) {
        if (!(hint.loss() instanceof Feature) && !(hint.loss() instanceof Attention)) {
            return hint.weight() * relations(own, told, coefficients);
        }
        double sum = 0;
        for (int i = 0; i < own.length; i++) {
            double[] teacher = NaiveMlp.widen(told.get(i));
            double row =
                    hint.loss() instanceof Feature
                            ? squares(own[i], teacher)
                            : squares(unit(map(own[i])), unit(teacher));
            sum += coefficients[i] * row / 2;
        }
        return hint.weight() * sum;
    }

    private static double relations(double[][] own, List<float[]> told, float[] coefficients) {
        int rows = own.length;
        double[][] student = new double[rows][rows];
        double[][] teacher = new double[rows][rows];
        double studentMean = 0;
        double teacherMean = 0;
        int pairs = 0;
        double total = 0;
        for (int i = 0; i < rows; i++) {
            total += coefficients[i];
            for (int j = 0; j < rows; j++) {
                if (i != j && coefficients[i] > 0 && coefficients[j] > 0) {
                    student[i][j] = Math.sqrt(squares(own[i], own[j]));
                    teacher[i][j] =
                            Math.sqrt(
                                    squares(
                                            NaiveMlp.widen(told.get(i)),
                                            NaiveMlp.widen(told.get(j))));
                    studentMean += student[i][j];
                    teacherMean += teacher[i][j];
                    pairs++;
                }
            }
        }
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                double off =
                        Math.abs(
                                student[i][j] / (studentMean / pairs)
                                        - teacher[i][j] / (teacherMean / pairs));
                double huber = off < 1 ? off * off / 2 : off - 0.5;
                sum += coefficients[i] * coefficients[j] * huber / total;
            }
        }
        return sum;
    }

    private static double[] map(double[] layer) {
        double[] map = new double[4];
        for (int n = 0; n < layer.length; n++) {
            map[n % 4] += layer[n] * layer[n];
        }
        return map;
    }

    private static double[] unit(double[] vector) {
        double length = Math.sqrt(squares(vector, new double[vector.length]));
        double[] unit = vector.clone();
        for (int n = 0; n < unit.length; n++) {
            unit[n] /= length;
        }
        return unit;
    }

    private static double squares(double[] one, double[] other) {
        double sum = 0;
        for (int n = 0; n < one.length; n++) {
            sum += (one[n] - other[n]) * (one[n] - other[n]);
        }
        return sum;
    }
}
