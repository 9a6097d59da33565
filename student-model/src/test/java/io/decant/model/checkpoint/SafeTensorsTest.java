package io.decant.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.checkpoint.SafeTensors.Tensor;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
    private static final SafeTensors FILE =
            new SafeTensors(
                    Map.of("note", "é", "author", "x"),
                    List.of(
                            new Tensor("a", DType.U8, List.of(3), bytes(1, 2, 3)),
                            new Tensor(
                                    "b",
                                    DType.F32,
                                    List.of(1, 2),
                                    bytes(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)),
                            new Tensor("c", DType.I64, List.of(), bytes(7, 0, 0, 0, 0, 0, 0, 0)),
                            new Tensor("d", DType.F16, List.of(0), bytes())));

    @Test
    void contentComesBackEqual() {
        // When
        SafeTensors read = SafeTensors.read(FILE.toBytes());
        // Then
        assertThat(read).isEqualTo(FILE);
        assertThat(read.toBytes()).isEqualTo(FILE.toBytes());
        assertThat(read.tensor("b").orElseThrow().data().getFloat(4)).isEqualTo(-2f);
        assertThat(read.tensor("e")).isEmpty();
    }

    @Test
    void theFormIsThatOfTheFormat() {
        // When
        byte[] file = FILE.toBytes();
        // Then
        int header = (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        assertThat(header % 8).isZero();
        assertThat(file).hasSize(8 + header + 19);
        assertThat(new String(file, 8, header, StandardCharsets.UTF_8).strip())
                .isEqualTo(
                        "{\"__metadata__\":{\"author\":\"x\",\"note\":\"é\"},"
                                + "\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},"
                                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[3,11]},"
                                + "\"c\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[11,19]},"
                                + "\"d\":{\"dtype\":\"F16\",\"shape\":[0],\"data_offsets\":[19,19]}}");
        assertThat(Arrays.copyOfRange(file, 8 + header, 8 + header + 3)).containsExactly(1, 2, 3);
    }

    @Test
    void aFileCutAnywhereIsRefused() {
        byte[] file = FILE.toBytes();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> SafeTensors.read(cut))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining("truncated");
        }
        byte[] longer = Arrays.copyOf(file, file.length + 1);
        assertThatThrownBy(() -> SafeTensors.read(longer))
                .hasMessageContaining("1 bytes follow the last tensor");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]} | the header is not JSON",
                "[] | the header must be a JSON object",
                "{\"a\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}} | must have dtype U8, I8, F32, F16 or I64, was 'BF16'",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,4]}} | needs 3 bytes, has 4",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[-4],\"data_offsets\":[0,4]}} | whole numbers of at least 0",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,5]}} | truncated: tensor 'a'",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}} | must begin at 0, begins at 1",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0]}} | must have exactly dtype, shape and two data_offsets",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | must begin at 3, begins at 2",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}} | is too large",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,0]}} | must begin at 0, begins at 4",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}} | the header is not JSON: Duplicate field",
            })
    void aDamagedHeaderIsRefusedWithTheReason(String header, String reason) {
        // Given
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] file =
                ByteBuffer.allocate(8 + json.length + 4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .array();
        // When // Then
        assertThatThrownBy(() -> SafeTensors.read(file))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aHugeHeaderLengthIsRefusedBeforeAnythingIsRead() {
        for (long length : new long[] {-1, Long.MAX_VALUE, SafeTensors.MAX_HEADER_BYTES + 1}) {
            byte[] file =
                    ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
            assertThatThrownBy(() -> SafeTensors.read(file))
                    .hasMessageContaining("header length must be 2 to 1048576");
        }
    }

    private static ByteBuffer bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteBuffer.wrap(bytes);
    }
}
