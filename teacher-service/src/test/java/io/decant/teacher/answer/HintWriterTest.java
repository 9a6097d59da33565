package io.decant.teacher.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.number.Float16;
import io.decant.model.spec.InputSpec;
import io.decant.model.teacher.TeacherModel;
import io.decant.records.DType;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HintWriterTest {
    private static final Path FILE =
            Path.of("../student-model/src/test/resources/students/layered.pt");
    private static final InputSpec INPUT =
            new InputSpec(io.decant.model.spec.DType.F32, List.of(16), 1, 0, 1);

    @Test
    void hintsAreTheLayersInHalfPrecisionUnderTheirNames() {
        try (TeacherModel teacher = open("flat", "maps")) {
            // Given
            score(teacher, 1);
            float[] layer = new float[12];
            teacher.layer(0, 0, layer);
            // When
            Map<String, Tensor> hints = new HintWriter(teacher).hints(0);
            // Then
            assertThat(hints).containsOnlyKeys("flat", "maps");
            assertThat(hints.get("maps").getShape()).containsExactly(3, 2, 2);
            Tensor flat = hints.get("flat");
            assertThat(flat.getDtype()).isEqualTo(DType.F16);
            assertThat(flat.getShape()).containsExactly(12);
            assertThat(flat.getData().remaining() + hints.get("maps").getData().remaining())
                    .isEqualTo(HintWriter.bytes(teacher.layers()))
                    .isEqualTo(48);
            ByteBuffer data = flat.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            for (float value : layer) {
                assertThat(Float16.toFloat(data.getShort()))
                        .isCloseTo(value, within(Math.abs(value) / 2048));
            }
        }
    }

    @Test
    void aNumberThatHalfPrecisionCannotHoldIsRefusedWithItsLayer() {
        try (TeacherModel teacher = open("flat")) {
            score(teacher, 1e9f);
            assertThatThrownBy(() -> new HintWriter(teacher).hints(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("layer flat holds")
                    .hasMessageContaining("at most 65504");
        }
    }

    @Test
    void aTeacherWithoutLayersGivesNoHints() {
        try (TeacherModel teacher = open()) {
            score(teacher, 1);
            assertThat(new HintWriter(teacher).hints(0)).isEmpty();
            assertThat(HintWriter.bytes(teacher.layers())).isZero();
        }
    }

    private static TeacherModel open(String... layers) {
        return TeacherModel.open(FILE, Optional.of(INPUT), 2, List.of(layers));
    }

    private static void score(TeacherModel teacher, float value) {
        ByteBuffer sample = ByteBuffer.allocate(INPUT.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 16; i++) {
            sample.putFloat(i % 3 == 0 ? value : -value / 2);
        }
        teacher.input(0, sample.array(), 0);
        teacher.score(1);
    }
}
