package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.digest.Sha256;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmStartTest {
    private static final ModelSpec SPEC = spec(6, 5, 3);

    @TempDir Path folder;

    @Test
    void tensorsOfAnyOriginAreTakenByName() throws IOException {
        // Given: in another order than the model's, and one that it does not know
        float[] weights = InitialWeights.uniform(SPEC, 3);
        List<SafeTensors.Tensor> tensors = new ArrayList<>();
        for (Parameter parameter : ParameterLayout.of(SPEC).parameters()) {
            tensors.add(0, tensor(parameter, weights));
        }
        tensors.add(new SafeTensors.Tensor("steps", DType.I64, List.of(1), ByteBuffer.allocate(8)));
        byte[] bytes = new SafeTensors(Map.of(), tensors).toBytes();
        // When
        WarmStart start = WarmStart.read(write(bytes), SPEC);
        // Then
        assertThat(start.weights()).isEqualTo(weights);
        assertThat(start.digest())
                .isEqualTo("sha256:" + HexFormat.of().formatHex(Sha256.of(bytes)));
    }

    @Test
    void anExportedModelIsTakenWhateverItsEncoding() throws IOException {
        // Given
        ByteBuffer flat = flat(InitialWeights.uniform(SPEC, 3));
        for (AnchorEncoding encoding : AnchorEncoding.values()) {
            byte[] bytes = Anchor.encode(SPEC, flat, encoding);
            // When, Then
            assertThat(WarmStart.read(write(bytes), SPEC).weights())
                    .isEqualTo(Anchor.decode(bytes).floats());
        }
    }

    @Test
    void anotherShapeIsRefusedInOneSentence() throws IOException {
        // Given
        ModelSpec wider = spec(6, 7, 3);
        float[] weights = InitialWeights.uniform(wider, 3);
        List<SafeTensors.Tensor> tensors =
                ParameterLayout.of(wider).parameters().stream()
                        .map(parameter -> tensor(parameter, weights))
                        .toList();
        Path file = write(new SafeTensors(Map.of(), tensors).toBytes());
        // When, Then
        assertThatThrownBy(() -> WarmStart.read(file, SPEC))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(
                        "its tensor 'fc1.weight' is F32 of shape [7, 6], expected F32 or F16 of shape [5, 6] as the model has it (dims [6, 5, 3])");
        assertThatThrownBy(() -> WarmStart.read(file, spec(6, 3)))
                .hasMessageContaining("'fc2.weight', model.dims says [6, 3]");
        Path anchor = write(Anchor.encode(wider, flat(weights)));
        assertThatThrownBy(() -> WarmStart.read(anchor, SPEC))
                .hasMessageContaining("it has dims [6, 7, 3], the model has dims [6, 5, 3]");
    }

    @Test
    void missingTensorsNumbersThatAreNoneAndOtherFilesAreRefused() throws IOException {
        // Given
        float[] weights = InitialWeights.uniform(SPEC, 3);
        weights[2] = Float.NaN;
        List<Parameter> parameters = ParameterLayout.of(SPEC).parameters();
        Path incomplete =
                write(
                        new SafeTensors(Map.of(), List.of(tensor(parameters.get(1), weights)))
                                .toBytes());
        // When, Then
        assertThatThrownBy(() -> WarmStart.read(incomplete, SPEC))
                .hasMessageContaining("no tensor 'fc1.weight' of shape [5, 6]");
        Path notANumber =
                write(
                        new SafeTensors(
                                        Map.of(),
                                        parameters.stream().map(p -> tensor(p, weights)).toList())
                                .toBytes());
        assertThatThrownBy(() -> WarmStart.read(notANumber, SPEC))
                .hasMessageContaining("element 2 of its tensor 'fc1.weight' is NaN");
        Path text = write("weights".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThatThrownBy(() -> WarmStart.read(text, SPEC))
                .hasMessageContaining(text.toString())
                .hasMessageContaining("truncated");
        assertThatThrownBy(() -> WarmStart.read(folder.resolve("none"), SPEC))
                .hasMessageContaining("cannot be read");
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "model", ".safetensors"), bytes);
    }

    private static SafeTensors.Tensor tensor(Parameter parameter, float[] weights) {
        ByteBuffer data =
                ByteBuffer.allocate(parameter.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(weights, parameter.offset(), parameter.size());
        return new SafeTensors.Tensor(parameter.name(), DType.F32, parameter.shape(), data);
    }

    private static ByteBuffer flat(float[] weights) {
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        return flat;
    }

    private static ModelSpec spec(Integer... dims) {
        return ModelSpec.mlp(
                List.of(dims), new InputSpec(DType.U8, List.of(dims[0]), 1 / 255.0, 0, 1));
    }
}
