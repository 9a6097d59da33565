package io.decant.model.loss;

import java.util.Random;

/**
 * Rows that a loss is tried on.
 *
 * @param z student's logits, [rows][classes]
 * @param t teacher's logits, [rows][classes]
 * @param y labels, [rows]; 0 where there is none
 * @param a coefficients of the teacher's term, [rows]
 * @param h coefficients of the label's term, [rows]
 */
record Answers(double[][] z, double[][] t, int[] y, double[] a, double[] h) {
    /** By turns labelled, without a label, and without a teacher. */
    static Answers random(int rows, int classes, long seed) {
        Random random = new Random(seed);
        Answers answers =
                new Answers(
                        new double[rows][classes],
                        new double[rows][classes],
                        new int[rows],
                        new double[rows],
                        new double[rows]);
        for (int i = 0; i < rows; i++) {
            int kind = i % 4;
            answers.a[i] = kind == 3 ? 0 : kind == 2 ? 1.0 / rows : 0.7 / rows;
            answers.h[i] = kind == 2 ? 0 : 0.3 / rows;
            answers.y[i] = kind == 2 ? 0 : random.nextInt(classes);
            for (int c = 0; c < classes; c++) {
                // Exact in fp32, so that nothing but the arithmetic differs.
                answers.z[i][c] = (float) (2 * random.nextGaussian());
                answers.t[i][c] = kind == 3 ? 0 : (float) (3 * random.nextGaussian());
            }
        }
        return answers;
    }

    int rows() {
        return z.length;
    }

    int classes() {
        return z[0].length;
    }

    Answers withTeacher(double[][] other) {
        return new Answers(z, other, y, a, h);
    }

    Answers withStudent(double[][] other) {
        return new Answers(other, t, y, a, h);
    }

    Answers withLabelCoefficients(double[] other) {
        return new Answers(z, t, y, a, other);
    }
}
