package io.decant.model.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A file in the safetensors format: header length (8 bytes, little-endian), a JSON header with
 * type, shape and place of each tensor and free metadata, then the tensors' bytes without gap or
 * overlap. Tensors stand in file order. <i>Immutable, as long as nobody writes to the bytes that it
 * was read from.</i>
 */
public record SafeTensors(Map<String, String> metadata, List<Tensor> tensors) {
    /** Largest header that is read. */
    public static final int MAX_HEADER_BYTES = 1 << 20;

    private static final String METADATA = "__metadata__";
    private static final int LENGTH_BYTES = 8;
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    public SafeTensors {
        metadata = Map.copyOf(metadata);
        tensors = List.copyOf(tensors);
    }

    /**
     * A named tensor.
     *
     * @param data elements row by row, little-endian, from position to limit
     */
    public record Tensor(String name, DType dtype, List<Integer> shape, ByteBuffer data) {
        public Tensor {
            shape = List.copyOf(shape);
            data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
            if (data.remaining() != byteLength(name, dtype, shape)) {
                throw new InvalidModelException(
                        "tensor '"
                                + name
                                + "' of shape "
                                + shape
                                + " and type "
                                + dtype
                                + " needs "
                                + byteLength(name, dtype, shape)
                                + " bytes, has "
                                + data.remaining());
            }
        }

        /** Its own view of the bytes, so that readers do not share a position. */
        @Override
        public ByteBuffer data() {
            return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** The tensor of that name. */
    public Optional<Tensor> tensor(String name) {
        return tensors.stream().filter(tensor -> tensor.name().equals(name)).findFirst();
    }

    /** The same content always gives the same bytes. */
    public byte[] toBytes() {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode node = header.putObject(METADATA);
            new TreeMap<>(metadata).forEach(node::put);
        }
        long offset = 0;
        for (Tensor tensor : tensors) {
            if (header.has(tensor.name())) {
                throw new InvalidModelException("tensor '" + tensor.name() + "' is there twice");
            }
            ObjectNode node = header.putObject(tensor.name());
            node.put("dtype", tensor.dtype().name());
            tensor.shape().forEach(node.putArray("shape")::add);
            node.putArray("data_offsets").add(offset).add(offset + tensor.data().remaining());
            offset += tensor.data().remaining();
        }
        byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
        int padded =
                (json.length + 7) / 8 * 8; // Tensors then start aligned, as the format recommends.
        if (padded > MAX_HEADER_BYTES) {
            throw new InvalidModelException(
                    "header would be "
                            + padded
                            + " bytes, at most "
                            + MAX_HEADER_BYTES
                            + " can be read");
        }
        ByteBuffer file =
                ByteBuffer.allocate(Math.toIntExact(LENGTH_BYTES + padded + offset))
                        .order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(padded)
                .put(json)
                .put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        tensors.forEach(tensor -> file.put(tensor.data()));
        return file.array();
    }

    /**
     * Reads a whole file without copying its tensors.
     *
     * @throws InvalidModelException when it is truncated, its header is malformed, or tensors leave
     *     gaps, overlap or pass the end
     */
    public static SafeTensors read(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        if (file.length < LENGTH_BYTES) {
            throw new InvalidModelException(
                    "safetensors: truncated: "
                            + file.length
                            + " bytes, the header length alone needs 8");
        }
        long headerLength = bytes.getLong(0);
        if (headerLength < 2 || headerLength > MAX_HEADER_BYTES) {
            throw new InvalidModelException(
                    "safetensors: header length must be 2 to "
                            + MAX_HEADER_BYTES
                            + ", was "
                            + Long.toUnsignedString(headerLength));
        }
        if (headerLength > file.length - LENGTH_BYTES) {
            throw new InvalidModelException(
                    "safetensors: truncated: the header needs "
                            + headerLength
                            + " bytes, "
                            + (file.length - LENGTH_BYTES)
                            + " follow");
        }
        JsonNode header =
                parse(new String(file, LENGTH_BYTES, (int) headerLength, StandardCharsets.UTF_8));
        return read(header, bytes.position(LENGTH_BYTES + (int) headerLength).slice());
    }

    private static SafeTensors read(JsonNode header, ByteBuffer data) {
        Map<String, String> metadata = new TreeMap<>();
        List<Place> places = new ArrayList<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            if (field.getKey().equals(METADATA)) {
                field.getValue()
                        .properties()
                        .forEach(
                                item ->
                                        metadata.put(
                                                item.getKey(), text(METADATA, item.getValue())));
            } else {
                places.add(place(field.getKey(), field.getValue()));
            }
        }
        places.sort(Comparator.comparingLong(Place::begin).thenComparingLong(Place::end));
        List<Tensor> tensors = new ArrayList<>();
        long expected = 0;
        for (Place place : places) {
            if (place.begin != expected) {
                throw new InvalidModelException(
                        "safetensors: tensor '"
                                + place.name
                                + "' must begin at "
                                + expected
                                + ", begins at "
                                + place.begin
                                + ": tensors may neither overlap nor leave gaps");
            }
            if (place.end < place.begin || place.end > data.capacity()) {
                throw new InvalidModelException(
                        "safetensors: truncated: tensor '"
                                + place.name
                                + "' lies at "
                                + place.begin
                                + " to "
                                + place.end
                                + " of "
                                + data.capacity()
                                + " bytes");
            }
            ByteBuffer slice = data.slice((int) place.begin, (int) (place.end - place.begin));
            tensors.add(new Tensor(place.name, place.dtype, place.shape, slice));
            expected = place.end;
        }
        if (expected != data.capacity()) {
            throw new InvalidModelException(
                    "safetensors: "
                            + (data.capacity() - expected)
                            + " bytes follow the last tensor, expected none");
        }
        return new SafeTensors(metadata, tensors);
    }

    private record Place(String name, DType dtype, List<Integer> shape, long begin, long end) {}

    private static Place place(String name, JsonNode node) {
        JsonNode shape = node.path("shape");
        JsonNode offsets = node.path("data_offsets");
        if (node.size() != 3 || !shape.isArray() || !offsets.isArray() || offsets.size() != 2) {
            throw new InvalidModelException(
                    "safetensors: tensor '"
                            + name
                            + "' must have exactly dtype, shape and two data_offsets");
        }
        List<Integer> sizes = new ArrayList<>();
        for (JsonNode size : shape) {
            sizes.add((int) whole(name, size, Integer.MAX_VALUE));
        }
        return new Place(
                name,
                dtype(name, text(name, node.path("dtype"))),
                sizes,
                whole(name, offsets.get(0), Long.MAX_VALUE),
                whole(name, offsets.get(1), Long.MAX_VALUE));
    }

    private static DType dtype(String name, String text) {
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(text)) {
                return dtype;
            }
        }
        throw new InvalidModelException(
                "safetensors: tensor '"
                        + name
                        + "' must have dtype U8, I8, F32, F16 or I64, was '"
                        + text
                        + "'");
    }

    private static long whole(String name, JsonNode node, long maximum) {
        if (!node.isIntegralNumber()
                || !node.canConvertToLong()
                || node.longValue() < 0
                || node.longValue() > maximum) {
            throw new InvalidModelException(
                    "safetensors: tensor '"
                            + name
                            + "' must have whole numbers of at least 0 in shape and data_offsets, was "
                            + node);
        }
        return node.longValue();
    }

    private static String text(String where, JsonNode node) {
        if (!node.isTextual()) {
            throw new InvalidModelException(
                    "safetensors: '" + where + "' must hold text, was " + node);
        }
        return node.textValue();
    }

    private static JsonNode parse(String json) {
        JsonNode header;
        try {
            header = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new InvalidModelException(
                    "safetensors: the header is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!header.isObject()) {
            throw new InvalidModelException("safetensors: the header must be a JSON object");
        }
        return header;
    }

    private static long byteLength(String name, DType dtype, List<Integer> shape) {
        long length = dtype.bytes();
        for (int size : shape) {
            try {
                length = Math.multiplyExact(length, size);
            } catch (ArithmeticException e) {
                throw new InvalidModelException(
                        String.format(
                                Locale.ROOT, "tensor '%s' of shape %s is too large", name, shape),
                        e);
            }
        }
        return length;
    }
}
