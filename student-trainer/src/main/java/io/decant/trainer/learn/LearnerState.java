package io.decant.trainer.learn;

import io.decant.model.checkpoint.SafeTensors;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is needed to go on learning bit for bit, as one safetensors file; the same state always
 * has the same bytes, so their SHA-256 names the state. Nothing in it comes from a clock.
 * <i>Immutable.</i>
 */
public record LearnerState(SafeTensors file) {
    /** The layout that this release writes; a reader refuses any other. */
    public static final String FORMAT = "decant.state/3";

    static final String CONFIGURATION = "configuration.";

    /**
     * Where a state stands.
     *
     * @param model name of the model
     * @param version the version after which the state stands; 0 before the first
     * @param journalTopicId Kafka's id of the journal topic
     * @param nextOffsets first offset not taken in, for each journal partition
     * @param configuration effective settings that can change a bit
     */
    public record Header(
            String model,
            long version,
            String journalTopicId,
            List<Long> nextOffsets,
            Map<String, String> configuration) {
        public Header {
            nextOffsets = List.copyOf(nextOffsets);
            configuration = Map.copyOf(configuration);
        }
    }

    public LearnerState {
        if (!FORMAT.equals(file.metadata().get("format"))) {
            throw new InvalidModelException(
                    "state: format must be "
                            + FORMAT
                            + ", was "
                            + file.metadata().get("format")
                            + "; this trainer cannot go on from it");
        }
    }

    /**
     * Reads what {@link #toBytes} wrote.
     *
     * @throws InvalidModelException when the file is damaged or of another format
     */
    public static LearnerState read(byte[] file) {
        return new LearnerState(SafeTensors.read(file));
    }

    public byte[] toBytes() {
        return file.toBytes();
    }

    public Header header() {
        Map<String, String> configuration = new LinkedHashMap<>();
        file.metadata()
                .forEach(
                        (name, value) -> {
                            if (name.startsWith(CONFIGURATION)) {
                                configuration.put(name.substring(CONFIGURATION.length()), value);
                            }
                        });
        return new Header(
                text("model"),
                longs("version")[0],
                text("journal.topic-id"),
                Arrays.stream(longs("journal.next-offsets")).boxed().toList(),
                configuration);
    }

    /** The model's specification, with its canned inputs once the first version is out. */
    public ModelSpec spec() {
        return ModelSpec.fromJson(text("spec"));
    }

    /** The student's averaged weights: [parameters] fp32, little-endian. */
    public ByteBuffer studentAverage() {
        return floats("student.ema");
    }

    /** The version's weights e_n: [parameters] fp32, little-endian. */
    public ByteBuffer published() {
        return floats("served.weights");
    }

    /**
     * The shadow's averaged weights: [parameters] fp32, little-endian; empty when no shadow learns.
     */
    public Optional<ByteBuffer> shadowAverage() {
        return has("shadow.ema") ? Optional.of(floats("shadow.ema")) : Optional.empty();
    }

    boolean has(String name) {
        return file.tensor(name).isPresent();
    }

    String text(String name) {
        String value = file.metadata().get(name);
        if (value == null) {
            throw new InvalidModelException("state: metadata has no '" + name + "'");
        }
        return value;
    }

    ByteBuffer floats(String name) {
        return tensor(name, DType.F32).data();
    }

    long[] longs(String name) {
        ByteBuffer data = tensor(name, DType.I64).data();
        long[] values = new long[data.remaining() / Long.BYTES];
        data.asLongBuffer().get(values);
        return values;
    }

    List<ByteBuffer> rows(String name) {
        SafeTensors.Tensor tensor = tensor(name, DType.U8);
        int rowBytes = tensor.shape().get(1);
        ByteBuffer data = tensor.data();
        List<ByteBuffer> rows = new ArrayList<>();
        for (int row = 0; row < tensor.shape().get(0); row++) {
            rows.add(data.slice(row * rowBytes, rowBytes).order(ByteOrder.LITTLE_ENDIAN));
        }
        return rows;
    }

    private SafeTensors.Tensor tensor(String name, DType dtype) {
        SafeTensors.Tensor tensor =
                file.tensor(name)
                        .orElseThrow(
                                () ->
                                        new InvalidModelException(
                                                "state: tensor '" + name + "' is missing"));
        if (tensor.dtype() != dtype) {
            throw new InvalidModelException(
                    "state: tensor '" + name + "' must be " + dtype + ", was " + tensor.dtype());
        }
        return tensor;
    }
}
