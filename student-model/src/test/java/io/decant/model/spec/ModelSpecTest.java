package io.decant.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSpecTest {
    private static final InputSpec INPUT =
            new InputSpec(DType.U8, List.of(2, 2), 1 / 255.0, 0.25, 0.5);
    private static final ModelSpec SPEC =
            ModelSpec.mlp(List.of(4, 3, 2), INPUT)
                    .withCannedInputs(List.of(CannedInput.of(new byte[] {0, 1, -1, 127})));
    private static final String JSON =
            "{\"kind\":\"mlp\",\"dims\":[4,3,2],\"activation\":\"relu\",\"bias\":true,\"input\":{\"dtype\":\"u8\",\"shape\":[2,2],"
                    + "\"scale\":0.00392156862745098,\"mean\":0.25,\"sd\":0.5},\"precision\":\"fp32\",\"threads\":1,"
                    + "\"cannedInputs\":[\"AAH/fw==\"]}";

    @Test
    void jsonIsCanonicalAndReadsBackEqual() {
        // When
        String json = SPEC.toJson();
        // Then
        assertThat(json).isEqualTo(JSON);
        assertThat(ModelSpec.fromJson(json)).isEqualTo(SPEC);
        assertThat(ModelSpec.fromJson(json).toJson()).isEqualTo(json);
    }

    @Test
    void theDigestNeverChanges() {
        // When
        String digest = HexFormat.of().formatHex(SPEC.digest());
        // Then: SHA-256 of the JSON above, computed elsewhere
        assertThat(digest)
                .isEqualTo("e9aafa091a7461070e3097f47f27471d355c9907671dcf4cdc026ceb19f113da");
    }

    @Test
    void parametersAreCountedAndLaidOutLikeAStateDictionary() {
        // When
        ParameterLayout layout = ParameterLayout.of(SPEC);
        // Then
        assertThat(SPEC.parameterCount()).isEqualTo(4 * 3 + 3 + 3 * 2 + 2).isEqualTo(layout.size());
        assertThat(layout.parameters())
                .containsExactly(
                        new ParameterLayout.Parameter("fc1.weight", List.of(3, 4), 0),
                        new ParameterLayout.Parameter("fc1.bias", List.of(3), 12),
                        new ParameterLayout.Parameter("fc2.weight", List.of(2, 3), 15),
                        new ParameterLayout.Parameter("fc2.bias", List.of(2), 21));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"threads\":1 | \"threads\":1,\"thread\":2 | model spec: unknown field 'thread'",
                "\"threads\":1, | `` | model spec: field 'threads' is missing",
                "\"threads\":1 | \"threads\":0 | threads must be at least 1, was 0",
                "\"threads\":1 | \"threads\":1.5 | field 'threads' must hold whole numbers, was 1.5",
                "[4,3,2] | [5,3,2] | dims must start with the input's size 4 (shape [2, 2]), was [5, 3, 2]",
                "[4,3,2] | [4,3,1] | dims must end with at least 2 classes, was [4, 3, 1]",
                "[4,3,2] | [4,400000,400000] | dims [4, 400000, 400000] give more than 268435456 parameters",
                "relu | tanh | activation must be relu, was 'tanh'",
                "fp32 | fp64 | precision must be fp32 or bf16, was 'fp64'",
                "\"kind\":\"mlp\" | \"kind\":\"cnn\" | model spec: kind must be mlp or torchscript, was 'cnn'",
                "u8 | bf16 | dtype must be one of u8, f32, f16, i64, was 'bf16'",
                "\"sd\":0.5 | \"sd\":0 | input.sd must be finite and above 0, was 0.0",
                "AAH/fw== | AAH/ | a canned input must have the input's 4 bytes, had 3",
            })
    void aWrongSpecIsRefusedWithTheReason(String part, String replacement, String reason) {
        // Given
        assertThat(JSON).contains(part);
        String json = JSON.replace(part, replacement);
        // When // Then
        assertThatThrownBy(() -> ModelSpec.fromJson(json))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(reason);
    }

    @Test
    void precisionIsPartOfTheSpecification() {
        // Given
        ModelSpec spec = ModelSpec.fromJson(JSON);
        // When
        ModelSpec reduced = spec.with(Precision.BF16);
        // Then
        assertThat(reduced.toJson()).isEqualTo(JSON.replace("fp32", "bf16"));
        assertThat(ModelSpec.fromJson(reduced.toJson())).isEqualTo(reduced);
        assertThat(reduced.isSameStudent(spec)).isFalse();
    }

    @Test
    void bf16IsRefusedWhereThereIsNoHiddenLayer() {
        ModelSpec flat = ModelSpec.mlp(List.of(4, 2), ModelSpec.fromJson(JSON).input());
        assertThatThrownBy(() -> flat.with(Precision.BF16))
                .isInstanceOf(InvalidModelException.class)
                .hasMessage(
                        "precision bf16 concerns hidden layers, and dims [4, 2] have none: set precision to fp32");
    }

    @Test
    void textThatIsNoJsonIsRefused() {
        assertThatThrownBy(() -> ModelSpec.fromJson("{"))
                .hasMessageStartingWith("model spec is not JSON: ");
        assertThatThrownBy(() -> ModelSpec.fromJson("[]"))
                .hasMessage("model spec must be a JSON object");
        assertThatThrownBy(() -> ModelSpec.fromJson("")).isInstanceOf(InvalidModelException.class);
    }
}
