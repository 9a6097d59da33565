package io.decant.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.model.spec.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class RendererTest {
    private static byte[] floats(float... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    @Test
    void anImageIsMirroredAtItsDiagonal() {
        // Given: rows 1 2 3 and 4 5 6
        Renderer renderer = new Renderer(DType.U8, List.of(2, 3), 0);
        // When
        byte[] shown = renderer.show(Rendering.TRANSPOSED, new byte[] {1, 2, 3, 4, 5, 6});
        // Then: rows 1 4, 2 5 and 3 6
        assertThat(shown).containsExactly(1, 4, 2, 5, 3, 6);
    }

    @Test
    void threeAxesAreWalkedInReverseOrder() {
        // Given: element [a][b][c] holds 100 a + 10 b + c
        Renderer renderer = new Renderer(DType.U8, List.of(2, 3, 2), 0);
        byte[] sample = new byte[12];
        for (int i = 0; i < 12; i++) {
            sample[i] = (byte) (100 * (i / 6) + 10 * (i / 2 % 3) + i % 2);
        }
        // When
        byte[] shown = renderer.show(Rendering.TRANSPOSED, sample);
        // Then: the last axis changes slowest now
        assertThat(shown).containsExactly(0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121);
    }

    @Test
    void oneAxisIsReadBackwardsSinceItsOrderWouldNotChange() {
        // Given
        Renderer renderer = new Renderer(DType.F32, List.of(3), 0);
        // When
        byte[] shown = renderer.show(Rendering.TRANSPOSED, floats(1, 2, 3));
        // Then
        assertThat(shown).isEqualTo(floats(3, 2, 1));
    }

    @Test
    void anInversionSwapsTheLowestAndTheHighestValue() {
        // Given
        Renderer bytes = new Renderer(DType.U8, List.of(3), 0);
        Renderer floats = new Renderer(DType.F32, List.of(3), -2 + 6);
        // When, Then
        assertThat(bytes.show(Rendering.INVERTED, new byte[] {0, 100, (byte) 255}))
                .containsExactly(255, 155, 0);
        assertThat(floats.show(Rendering.INVERTED, floats(-2, 1, 6))).isEqualTo(floats(6, 3, -2));
    }

    @Test
    void aSampleThatIsShownIsNotChanged() {
        // Given
        Renderer renderer = new Renderer(DType.U8, List.of(2, 2), 0);
        byte[] sample = {1, 2, 3, 4};
        // When
        renderer.show(Rendering.TRANSPOSED, sample);
        renderer.show(Rendering.INVERTED, sample);
        // Then
        assertThat(sample).containsExactly(1, 2, 3, 4);
    }
}
