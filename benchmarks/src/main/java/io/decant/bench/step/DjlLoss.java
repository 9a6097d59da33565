package io.decant.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/**
 * The distillation loss for DJL's automatic differentiation, as few operations as it takes: the
 * teacher's entropy, which has no gradient, is left out. <i>Thread-safe.</i>
 */
final class DjlLoss extends Loss {

    DjlLoss() {
        super("distillation");
    }

    /**
     * @param labels teacher logits [rows, classes] and class indices [rows]
     * @param predictions student logits [rows, classes]
     */
    @Override
    public NDArray evaluate(NDList labels, NDList predictions) {
        NDArray student = predictions.singletonOrThrow();
        float temperature = (float) Task.SETTINGS.temperature();
        long rows = student.getShape().get(0);
        NDArray target = labels.get(0).div(temperature).softmax(-1);
        NDArray soft = target.mul(student.div(temperature).logSoftmax(-1)).sum();
        NDArray hard = student.logSoftmax(-1).gather(labels.get(1).expandDims(1), 1).sum();
        return soft.mul(-Task.ALPHA * temperature * temperature / rows)
                .sub(hard.mul((1 - Task.ALPHA) / rows));
    }
}
