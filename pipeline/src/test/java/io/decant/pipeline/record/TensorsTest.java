package io.decant.pipeline.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Prefix8;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TensorsTest {
    @ParameterizedTest
    @CsvSource({"U8,6", "F16,12", "F32,24", "I64,48"})
    void aTensorOfTheExpectedTypeShapeAndSizeHasNoProblem(DType dtype, int bytes) {
        assertThat(Tensors.problem(tensor(dtype, new byte[bytes]), dtype, List.of(2, 3))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("problems")
    void aProblemIsNamedWithWhatWasExpected(Tensor tensor, DeadLetterReason reason, String detail) {
        assertThat(Tensors.problem(tensor, DType.U8, List.of(2, 3)))
                .contains(new Decoded.Bad<>(reason, detail));
    }

    static Stream<Object[]> problems() {
        Tensor otherShape = tensor(DType.U8, new byte[6]);
        otherShape.setShape(List.of(6));
        return Stream.of(
                new Object[] {
                    tensor(DType.UNKNOWN, new byte[6]),
                    DeadLetterReason.UNKNOWN_SYMBOL,
                    "the features' dtype is not known to this version; expected U8"
                },
                new Object[] {
                    tensor(DType.F32, new byte[24]),
                    DeadLetterReason.WRONG_SHAPE,
                    "the features are F32 [2, 3]; expected U8 [2, 3]"
                },
                new Object[] {
                    otherShape,
                    DeadLetterReason.WRONG_SHAPE,
                    "the features are U8 [6]; expected U8 [2, 3]"
                },
                new Object[] {
                    tensor(DType.U8, new byte[7]),
                    DeadLetterReason.WRONG_SHAPE,
                    "the features hold 7 bytes; expected 6 for U8 [2, 3]"
                });
    }

    @ParameterizedTest
    @CsvSource({"7fc00000", "7f800000", "ff800000"})
    void aBinary32ThatIsNotFiniteIsFound(String bits) {
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        data.putInt(20, Integer.parseUnsignedInt(bits, 16));

        assertThat(Tensors.problem(tensor(DType.F32, data.array()), DType.F32, List.of(2, 3)))
                .contains(notFinite(5));
    }

    @ParameterizedTest
    @CsvSource({"7e00", "7c00", "fc00"})
    void aBinary16ThatIsNotFiniteIsFound(String bits) {
        ByteBuffer data = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort(2, (short) Integer.parseInt(bits, 16));

        assertThat(Tensors.problem(tensor(DType.F16, data.array()), DType.F16, List.of(2, 3)))
                .contains(notFinite(1));
    }

    @Test
    void theLargestFiniteNumbersAreFine() {
        ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(0, Float.MAX_VALUE).putFloat(4, -Float.MAX_VALUE);

        assertThat(Tensors.problem(tensor(DType.F32, data.array()), DType.F32, List.of(2, 3)))
                .isEmpty();
    }

    @Test
    void aShapeWithMoreElementsThanAnyArrayIsOnlyAWrongSize() {
        Tensor tensor = tensor(DType.I64, new byte[8]);
        tensor.setShape(List.of(100_000, 100_000));

        assertThat(Tensors.problem(tensor, DType.I64, List.of(100_000, 100_000)))
                .map(Decoded.Bad::detail)
                .contains(
                        "the features hold 8 bytes; expected 80000000000 for I64 [100000, 100000]");
    }

    @Test
    void bytesAreTheRecordsOwnWhereTheyCanBeAndACopyOfTheWindowElsewhere() {
        byte[] whole = {1, 2, 3, 4};
        Tensor window = new Tensor(DType.U8, List.of(2), ByteBuffer.wrap(whole, 1, 2).slice());

        assertThat(Tensors.bytes(tensor(DType.U8, whole))).isSameAs(whole);
        assertThat(Tensors.bytes(window)).containsExactly(2, 3);
        assertThat(Tensors.bytes(new Tensor(DType.U8, List.of(2), ByteBuffer.wrap(whole, 1, 2))))
                .containsExactly(2, 3);
    }

    @Test
    void theHashIsTheBeginningOfTheSha256() {
        // SHA-256 of "abc": the example of FIPS 180-4
        assertThat(Tensors.hash(new byte[] {'a', 'b', 'c'}))
                .isEqualTo(new Prefix8(HexFormat.of().parseHex("ba7816bf8f01cfea")));
    }

    private static Decoded.Bad<Tensor> notFinite(int element) {
        return new Decoded.Bad<>(
                DeadLetterReason.NOT_FINITE,
                "the features' element "
                        + element
                        + " is NaN or infinite; expected finite numbers");
    }

    private static Tensor tensor(DType dtype, byte[] data) {
        return new Tensor(dtype, List.of(2, 3), ByteBuffer.wrap(data));
    }
}
