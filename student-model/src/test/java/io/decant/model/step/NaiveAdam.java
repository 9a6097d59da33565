package io.decant.model.step;

/** Algorithm 1 of Kingma and Ba, 2015, word for word in double. */
final class NaiveAdam {
    final double[] weights;
    final double[] firstMoment;
    final double[] secondMoment;
    private final StepSettings settings;
    private int t;

    NaiveAdam(double[] weights, StepSettings settings) {
        this.weights = weights;
        this.firstMoment = new double[weights.length];
        this.secondMoment = new double[weights.length];
        this.settings = settings;
    }

    void step(double[] gradient) {
        t++;
        double beta1 = settings.beta1();
        double beta2 = settings.beta2();
        for (int i = 0; i < weights.length; i++) {
            firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * gradient[i];
            secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * gradient[i] * gradient[i];
            double unbiasedFirst = firstMoment[i] / (1 - Math.pow(beta1, t));
            double unbiasedSecond = secondMoment[i] / (1 - Math.pow(beta2, t));
            weights[i] -=
                    settings.learningRate()
                            * unbiasedFirst
                            / (Math.sqrt(unbiasedSecond) + settings.epsilon());
        }
    }
}
