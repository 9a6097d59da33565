package io.decant.bench.step;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.translate.Batchifier;
import io.decant.bench.step.Task.Batch;

/**
 * What DJL's manual recommends: its blocks, its trainer, {@code EasyTrain.trainBatch} and {@code
 * Trainer.step}, without listeners. <i>Owned by one thread.</i>
 */
final class EasyTrainLoop implements Contender {
    /** Held, because its finaliser frees the weights. */
    private final Model model;

    private final Task task;
    private final Trainer trainer;
    private final DjlBatch records;

    EasyTrainLoop(Task task, float[] start) {
        this.task = task;
        model = Model.newInstance("student", Device.cpu(), "PyTorch");
        model.setBlock(DjlStudent.block(task.student()));
        trainer =
                model.newTrainer(
                        new DefaultTrainingConfig(new DjlLoss())
                                .optDevices(new Device[] {Device.cpu()})
                                .optOptimizer(DjlStudent.optimizer()));
        trainer.initialize(new Shape(task.rows(), task.student().input().size()));
        DjlStudent.write(model.getBlock(), start);
        records = new DjlBatch(task);
    }

    @Override
    public void step(Batch batch) {
        records.fill(batch);
        NDManager memory = trainer.getManager().newSubManager();
        try (ai.djl.training.dataset.Batch arrays =
                new ai.djl.training.dataset.Batch(
                        memory,
                        new NDList(records.inputs(memory)),
                        new NDList(records.teacherLogits(memory), records.labels(memory)),
                        batch.rows(),
                        Batchifier.STACK,
                        Batchifier.STACK,
                        0,
                        1)) {
            EasyTrain.trainBatch(trainer, arrays);
            trainer.step();
        }
    }

    @Override
    public float[] weights() {
        return DjlStudent.read(model.getBlock(), task.student());
    }

    @Override
    public void close() {
        trainer.close();
        model.close();
    }
}
