package io.decant.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.decant.gateway.fuzz.Mutations;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of spoilt requests: each is read or refused, and costs no more than its bytes. */
class SpoiltRequestsTest {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int MUTATIONS = 4000;
    private static final int WARM_UP = 200;
    private static final int MAX_ROWS = 64;
    private static final int BYTES_PER_BYTE = 100;
    private static final int BASE_BYTES = 256 << 10;
    private static final InputSpec INPUT = new InputSpec(DType.F32, List.of(2, 2), 1, 0, 1);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /**
     * A request that is good.
     *
     * @param jsonBytes length of the JSON before raw bytes; empty without a header that says so
     */
    private record Good(String name, byte[] body, OptionalInt jsonBytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Stream<Good> good() {
        byte[] json =
                text(
                        "{\"id\":\"a\",\"parameters\":{\"binary_data_output\":false},\"inputs\":[{\"name\":\"input\","
                                + "\"datatype\":\"FP32\",\"shape\":[2,2,2],\"data\":[[[1,2],[3,4]],[[5,6],[7,8.5]]]}],"
                                + "\"outputs\":[{\"name\":\"logits\",\"parameters\":{\"binary_data\":true}}]}");
        byte[] head =
                text(
                        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[2,2,2],"
                                + "\"parameters\":{\"binary_data_size\":32}}]}");
        byte[] both = Arrays.copyOf(head, head.length + 32);
        return Stream.of(
                new Good("JSON", json, OptionalInt.empty()),
                new Good("JSON and raw bytes", both, OptionalInt.of(head.length)),
                new Good("raw bytes", new byte[64], OptionalInt.of(0)));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("good")
    void isReadOrRefusedWithinItsBytes(Good good) throws RequestRefused {
        Mutations mutations = new Mutations(SEED);
        Random lengths = new Random(SEED);
        assertThat(InferRequest.read(good.body, good.jsonBytes, INPUT, MAX_ROWS).rows())
                .isPositive();

        for (int i = 0; i < WARM_UP + MUTATIONS; i++) {
            // Given
            byte[] spoilt = mutations.of(good.body);
            OptionalInt jsonBytes =
                    good.jsonBytes.isPresent() && lengths.nextInt(4) == 0
                            ? OptionalInt.of(lengths.nextInt(Integer.MAX_VALUE))
                            : good.jsonBytes;

            // When, twice, because a new kind of failure loads classes
            int status = status(spoilt, jsonBytes);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            status(spoilt, jsonBytes);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

            // Then
            String which = "mutation " + i + " of seed " + SEED + ", " + spoilt.length + " bytes";
            assertThat(status).as(which).isIn(200, 400, 413);
            if (i >= WARM_UP) {
                assertThat(allocated)
                        .as("bytes allocated for " + which)
                        .isLessThan(BASE_BYTES + (long) BYTES_PER_BYTE * spoilt.length);
            }
        }
    }

    private static int status(byte[] body, OptionalInt jsonBytes) {
        try {
            InferRequest request = InferRequest.read(body, jsonBytes, INPUT, MAX_ROWS);
            assertThat(request.data()).hasSize(request.rows() * INPUT.bytes());
            return 200;
        } catch (RequestRefused refused) {
            return refused.status();
        }
    }
}
