package io.decant.pipeline.record;

import java.util.Arrays;

/** Reference arithmetic in binary64, written as the formulas are. */
final class Divergence {
    private Divergence() {}

    /** KL(p‖q), nats, for p and q the softmax of these. */
    static double of(float[] p, float[] q) {
        double[] logP = logSoftmax(p);
        double[] logQ = logSoftmax(q);
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += Math.exp(logP[i]) * (logP[i] - logQ[i]);
        }
        return sum;
    }

    static double[] logSoftmax(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        double[] logs = new double[logits.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = logits[i] - most - Math.log(sum);
        }
        return logs;
    }

    static double[] softmax(float[] logits) {
        return Arrays.stream(logSoftmax(logits)).map(Math::exp).toArray();
    }
}
