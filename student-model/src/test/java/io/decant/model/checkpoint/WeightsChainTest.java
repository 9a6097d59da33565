package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightsChainTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(60, 20, 5), new InputSpec(DType.U8, List.of(60), 1, 0, 1));

    @ParameterizedTest
    @EnumSource(AnchorEncoding.class)
    void anAnchorAndDeltasGiveTheVersionsThatWerePublished(AnchorEncoding encoding) {
        // Given 23 versions of weights that drift, anchors with every fifth
        ErrorFeedback feedback = new ErrorFeedback(0.05, 5, encoding);
        Random random = new Random(3);
        float[] average = gaussian(random, 1);
        float[] published = new float[SPEC.parameterCount()];
        WeightsChain inStep = null;
        WeightsChain fromNewestAnchor = null;
        for (int version = 1; version <= 23; version++) {
            drift(random, average);
            ErrorFeedback.Forms forms = feedback.advance(SPEC, version, false, average, published);
            byte[] digest = Sha256.of(published);

            // When one reader follows the deltas, and another begins at each anchor
            inStep =
                    forms.delta().isPresent()
                            ? inStep.then(forms.delta().get().toBytes(), digest)
                            : WeightsChain.start(anchor(published, encoding), digest);
            fromNewestAnchor =
                    forms.anchor().isPresent()
                            ? WeightsChain.start(anchor(published, encoding), digest)
                            : fromNewestAnchor.then(forms.delta().get().toBytes(), digest);

            // Then both have the version, bit for bit
            assertThat(inStep.weights()).isEqualTo(published);
            assertThat(fromNewestAnchor.weights()).isEqualTo(published);
            assertThat(inStep.digest()).isEqualTo(digest);
        }
    }

    @Test
    void aDeltaForAnotherParentIsRefusedAndTheChainStays() {
        // Given
        Random random = new Random(4);
        float[] parent = gaussian(random, 1);
        float[] other = gaussian(random, 1);
        float[] target = gaussian(random, 1);
        Delta delta = Delta.between(parent, target, 100, AnchorEncoding.F32);
        float[] next = parent.clone();
        delta.addTo(SPEC, next);
        WeightsChain chain = WeightsChain.at(SPEC, other);

        // When, Then
        assertThatThrownBy(() -> chain.then(delta.toBytes(), Sha256.of(next)))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("came from its delta and the parent");
        assertThat(chain.weights()).isEqualTo(other);
        assertThat(WeightsChain.at(SPEC, parent).then(delta.toBytes(), Sha256.of(next)).weights())
                .isEqualTo(next);
    }

    @Test
    void anAnchorOfOtherWeightsIsRefused() {
        // Given
        float[] weights = gaussian(new Random(5), 1);
        byte[] digest = Sha256.of(weights);
        weights[7] = Math.nextUp(weights[7]);

        // When, Then
        assertThatThrownBy(() -> WeightsChain.start(anchor(weights, AnchorEncoding.F32), digest))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("came from its anchor");
    }

    @Test
    void whatAReaderDoesWithItsCopyDoesNotReachTheChain() {
        // Given
        float[] weights = gaussian(new Random(6), 1);
        WeightsChain chain = WeightsChain.at(SPEC, weights);
        float[] before = weights.clone();

        // When
        weights[0]++;
        chain.weights()[1]++;
        chain.digest()[0]++;

        // Then
        assertThat(chain.weights()).isEqualTo(before);
        assertThat(chain.digest()).isEqualTo(Sha256.of(before));
    }

    private static byte[] anchor(float[] weights, AnchorEncoding encoding) {
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        return Anchor.encode(SPEC, flat, encoding);
    }

    private static void drift(Random random, float[] weights) {
        for (int i = 0; i < weights.length; i++) {
            weights[i] += 0.01f * (float) random.nextGaussian();
        }
    }

    private static float[] gaussian(Random random, double scale) {
        float[] values = new float[SPEC.parameterCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }
}
