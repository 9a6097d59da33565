package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.checkpoint.SafeTensors.Tensor;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnchorTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(
                    List.of(4, 3, 2), new InputSpec(DType.U8, List.of(2, 2), 1 / 255.0, 0.3, 0.4));

    @Test
    void specAndWeightsComeBackWithTheSameDigest() {
        // Given
        float[] weights = InitialWeights.uniform(SPEC, 1);
        // When
        Anchor anchor = Anchor.decode(Anchor.encode(SPEC, bytes(weights)));
        // Then
        assertThat(anchor.spec()).isEqualTo(SPEC);
        assertThat(anchor.floats()).containsExactly(weights);
        assertThat(anchor.weightsDigest())
                .isEqualTo(Sha256.of(weights))
                .isEqualTo(Sha256.of(bytes(weights)));
    }

    @Test
    void theFileHasOneNamedTensorAParameterAndItsDataIsTheFlatVector() {
        // Given
        ByteBuffer weights = bytes(InitialWeights.uniform(SPEC, 1));
        // When
        byte[] file = Anchor.encode(SPEC, weights);
        // Then
        assertThat(SafeTensors.read(file).tensors())
                .extracting(Tensor::name)
                .containsExactly("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
        assertThat(ByteBuffer.wrap(file, file.length - weights.remaining(), weights.remaining()))
                .isEqualTo(weights);
    }

    @Test
    void tensorsThatDoNotFitTheSpecAreRefused() {
        // Given
        SafeTensors whole =
                SafeTensors.read(Anchor.encode(SPEC, bytes(InitialWeights.uniform(SPEC, 1))));
        byte[] incomplete =
                new SafeTensors(whole.metadata(), whole.tensors().subList(0, 3)).toBytes();
        byte[] foreign = new SafeTensors(Map.of(), whole.tensors()).toBytes();
        ModelSpec other = ModelSpec.mlp(List.of(4, 2, 2), SPEC.input());
        byte[] mismatched =
                new SafeTensors(
                                Map.of(Anchor.SPEC, other.toJson(), Anchor.ENCODING, "F32"),
                                whole.tensors())
                        .toBytes();
        // When // Then
        assertThatThrownBy(() -> Anchor.decode(incomplete))
                .hasMessageContaining("has 4 tensors, the file has 3");
        assertThatThrownBy(() -> Anchor.decode(foreign))
                .hasMessageContaining("metadata has no 'decant.spec'");
        assertThatThrownBy(() -> Anchor.decode(mismatched))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(
                        "anchor: tensor 'fc1.weight' must be F32 of shape [2, 4], was F32 of shape [3, 4]");
        assertThatThrownBy(() -> Anchor.encode(SPEC, ByteBuffer.allocate(8)))
                .hasMessage("weights must be 92 bytes, were 8");
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes;
    }
}
