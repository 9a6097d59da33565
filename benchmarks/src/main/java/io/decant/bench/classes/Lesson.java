package io.decant.bench.classes;

import io.decant.model.forward.MlpForward;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.ModelSpec;
import io.decant.model.step.StepSettings;
import io.decant.model.step.TrainingStep;
import io.decant.pipeline.record.SoftTargetPayload;
import io.decant.records.Encoding;
import io.decant.teacher.answer.AnswerEncoding;
import java.nio.ByteBuffer;

/**
 * A student that learns from answers in one encoding: written and read as between teacher and
 * trainer, then learned by the product's step. <i>Owned by one thread.</i>
 */
final class Lesson implements AutoCloseable {
    private final AnswerEncoding encoding;
    private final float temperature;
    private final TrainingStep step;
    private final float[] softened;
    private final float[] decoded;
    private long payloadBytes;
    private long answers;

    Lesson(ModelSpec spec, AnswerEncoding encoding, StepSettings settings, int rows, long seed) {
        this.encoding = encoding;
        this.temperature = (float) settings.temperature();
        this.softened = new float[spec.classCount()];
        this.decoded = new float[spec.classCount()];
        this.step = TrainingStep.create(spec, settings, rows);
        step.initialise(InitialWeights.uniform(spec, seed));
    }

    /**
     * Fills a row of the next step.
     *
     * @param logits the teacher's, [classes], before softmax and temperature
     * @param drawSeed decides the draws of a sampled answer
     */
    void row(int row, ByteBuffer features, float[] logits, long drawSeed, int label) {
        for (int c = 0; c < logits.length; c++) {
            softened[c] = logits[c] / temperature;
        }
        Encoding written = encoding.encoding(softened);
        byte[] payload = encoding.payload(written, softened, () -> drawSeed);
        payloadBytes += payload.length;
        answers++;
        SoftTargetPayload.decode(ByteBuffer.wrap(payload), written, decoded);
        for (int c = 0; c < decoded.length; c++) {
            decoded[c] *= temperature;
        }
        step.input(row, features);
        step.teacherLogits(row, decoded);
        step.label(row, label);
    }

    /** Learns the first rows with the weights of both terms. */
    void learn(int rows, double alpha) {
        for (int row = 0; row < rows; row++) {
            step.coefficients(row, (float) alpha / rows, (float) (1 - alpha) / rows);
        }
        step.step(rows);
    }

    double bytesPerAnswer() {
        return (double) payloadBytes / answers;
    }

    /** Scores the averaged weights, which are what is published. */
    Score score(GaussianClasses.Drawn test, double[][] teacher) {
        MlpForward forward = new MlpForward(step.spec());
        float[] average = new float[step.spec().parameterCount()];
        step.ema().asFloatBuffer().get(average);
        MlpForward.Weights weights = forward.weights(average);
        Score.Tally tally = new Score.Tally();
        float[] logits = new float[step.spec().classCount()];
        for (int i = 0; i < test.size(); i++) {
            forward.logits(
                    weights, test.features(), i * GaussianClasses.Drawn.SAMPLE_BYTES, logits);
            tally.add(teacher[i], Score.logSoftmax(logits), test.labels()[i]);
        }
        return tally.score();
    }

    @Override
    public void close() {
        step.close();
    }
}
