package io.decant.gateway.answer;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.ServingModel;
import io.decant.follower.reload.ServingSlot;
import io.decant.gateway.answer.AnswerObserver.Failure;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.stage.Stage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;

class AnswerStageTest {
    private final BlockingQueue<Question> questions = new ArrayBlockingQueue<>(100);
    private final ServingSlot slot = new ServingSlot();
    private final List<String> heard = new ArrayList<>();

    /** A request with one float a row; remembers what became of it. */
    private static class Asked implements Question, Question.Inputs {
        private final float[] values;
        private Optional<ServingModel> model = Optional.empty();
        private float[] logits;
        private String failure;

        Asked(float... values) {
            this.values = values;
        }

        @Override
        public long since() {
            return System.nanoTime();
        }

        @Override
        public Optional<Inputs> read(Optional<ServingModel> current) {
            model = current;
            return current.isPresent() && values.length > 0 ? Optional.of(this) : Optional.empty();
        }

        @Override
        public Optional<String> id() {
            return Optional.of(Float.toString(values[0]));
        }

        @Override
        public int rows() {
            return values.length;
        }

        @Override
        public byte[] data() {
            ByteBuffer bytes =
                    ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            return bytes.array();
        }

        @Override
        public void answer(float[] logits) {
            this.logits = logits;
        }

        @Override
        public void fail(Failure failure, int row) {
            this.failure = failure + " at " + row;
        }
    }

    private final AnswerObserver observer =
            new AnswerObserver() {
                @Override
                public void answered(
                        ServingModel model,
                        Optional<String> id,
                        int rows,
                        byte[] inputs,
                        float[] logits,
                        long nanos) {
                    heard.add(model.version() + " " + id.orElseThrow() + " " + rows);
                    throw new IllegalStateException("an observer's bug");
                }

                @Override
                public void failed(ServingModel model, int rows, byte[] inputs, Failure failure) {
                    heard.add(model.version() + " " + failure);
                }
            };

    private Stage stage(int batchRows) {
        return new AnswerStage(questions, slot::hold, batchRows, Duration.ZERO, observer);
    }

    private void serve(long version, double scale) {
        Versions versions =
                new Versions(
                        ModelSpec.mlp(
                                List.of(1, 5, Versions.CLASSES),
                                new InputSpec(DType.F32, List.of(1), scale, 0, 1)));
        float[] weights = InitialWeights.uniform(versions.spec(), version);
        slot.swap(
                ServingModel.of(versions.accepted(version, weights), new ManualClock().instant()),
                0,
                false);
    }

    private List<Asked> ask(Asked... asked) {
        questions.addAll(List.of(asked));
        return List.of(asked);
    }

    @Test
    void whatWaitsIsAnsweredTogetherByOneModelAndAsIfItWereAlone() throws Exception {
        // Given requests of one, three and one rows, and a model that is swapped after the turn
        serve(1, 1);
        Random random = new Random(1);
        List<Asked> together =
                ask(
                        new Asked(random.nextFloat()),
                        new Asked(random.nextFloat(), random.nextFloat(), random.nextFloat()),
                        new Asked(),
                        new Asked(random.nextFloat()));

        // When
        int done = stage(100).doWork();
        ServingModel first = slot.current().orElseThrow();
        serve(2, 1);

        // Then
        assertThat(done).isEqualTo(4);
        assertThat(heard).hasSize(3).allMatch(line -> line.startsWith("1 "));
        for (Asked asked : together) {
            for (int row = 0; row < asked.values.length; row++) {
                float[] alone = new float[Versions.CLASSES];
                first.logits(asked.data(), row * Float.BYTES, alone);
                assertThat(asked.model).containsSame(first);
                assertThat(asked.logits)
                        .hasSize(asked.values.length * Versions.CLASSES)
                        .containsSequence(alone);
            }
        }
    }

    @Test
    void aBatchIsFullWhenItHasItsRows() throws Exception {
        // Given
        serve(1, 1);
        ask(new Asked(1), new Asked(1, 2), new Asked(1), new Asked(1));
        Stage stage = stage(3);

        // When, then
        assertThat(stage.doWork()).isEqualTo(2);
        assertThat(stage.doWork()).isEqualTo(2);
        assertThat(stage.doWork()).isZero();
    }

    @Test
    void anInputBeyondTheModelsRangeCostsOnlyItsOwnRequestTheAnswer() throws Exception {
        // Given
        serve(1, 1e30);
        List<Asked> asked = ask(new Asked(0), new Asked(0, 1e30f), new Asked(0));

        // When
        stage(100).doWork();

        // Then
        assertThat(asked.get(0).logits).isNotNull();
        assertThat(asked.get(1).failure).isEqualTo("NOT_FINITE at 1");
        assertThat(asked.get(2).logits).isNotNull();
        assertThat(heard).containsExactly("1 0.0 1", "1 NOT_FINITE", "1 0.0 1");
    }

    @Test
    void aForwardPassThatThrowsIsTheModelsFailureAndTheThreadGoesOn() throws Exception {
        // Given a request that holds less than it says
        serve(1, 1);
        Asked broken =
                new Asked(1) {
                    @Override
                    public int rows() {
                        return 2;
                    }
                };
        ask(broken);
        Stage stage = stage(100);

        // When
        stage.doWork();
        Asked next = ask(new Asked(1)).get(0);
        stage.doWork();

        // Then
        assertThat(broken.failure).isEqualTo("BROKEN at 0");
        assertThat(next.logits).isNotNull();
        assertThat(heard).containsExactly("1 BROKEN", "1 1.0 1");
    }
}
