package io.decant.pipeline.record;

import io.decant.records.DType;
import io.decant.records.SoftTarget;
import io.decant.records.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.specific.SpecificRecord;

/**
 * A record as maps, lists and plain values, with its fields' names, fit to be shown: of bytes and
 * tensors there is the beginning, of a soft target its greatest logits. <i>Thread-safe: all methods
 * are pure.</i>
 */
public final class RecordView {
    private static final int SHOWN_BYTES = 32;
    private static final int SHOWN_VALUES = 8;
    private static final int SHOWN_ITEMS = 20;
    private static final int SHOWN_LOGITS = 5;

    /** A record that claims more is not given the memory. */
    private static final int MOST_CLASSES = 1 << 20;

    private RecordView() {}

    /** The record's fields. */
    public static Map<String, Object> of(SpecificRecord record) {
        Map<String, Object> view = new LinkedHashMap<>();
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            view.put(field.name(), value(value));
            if (value instanceof Collection<?> list && list.size() > SHOWN_ITEMS) {
                view.put(field.name() + "Count", list.size());
            }
        }
        if (record instanceof SoftTarget target) {
            view.put("logits", logits(target));
        }
        return view;
    }

    /** How many bytes there are, and the first of them. */
    public static Map<String, Object> bytes(byte[] bytes) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("bytes", bytes.length);
        view.put("hex", HexFormat.of().formatHex(bytes, 0, Math.min(SHOWN_BYTES, bytes.length)));
        return view;
    }

    /** Bytes as text where they are UTF-8 without control characters, else their beginning. */
    public static Object text(byte[] bytes) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return text.chars().anyMatch(Character::isISOControl) ? bytes(bytes) : text;
        } catch (CharacterCodingException binary) {
            return bytes(bytes);
        }
    }

    private static Object value(Object value) {
        if (value instanceof Tensor tensor) {
            return tensor(tensor);
        } else if (value instanceof SpecificRecord record) {
            return of(record);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] copy = new byte[buffer.remaining()];
            buffer.duplicate().get(copy);
            return bytes(copy);
        } else if (value instanceof GenericFixed fixed) {
            return HexFormat.of().formatHex(fixed.bytes());
        } else if (value instanceof Collection<?> list) {
            return list.stream().limit(SHOWN_ITEMS).map(RecordView::value).toList();
        } else if (value instanceof Map<?, ?> map) {
            Map<String, Object> view = new LinkedHashMap<>();
            map.forEach((key, each) -> view.put(key.toString(), value(each)));
            return view;
        }
        return value instanceof Enum<?> || value instanceof CharSequence ? value.toString() : value;
    }

    private static Map<String, Object> tensor(Tensor tensor) {
        ByteBuffer data = tensor.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("dtype", tensor.getDtype().name());
        view.put("shape", tensor.getShape());
        view.put("bytes", data.remaining());
        view.put("first", firstValues(tensor.getDtype(), data));
        return view;
    }

    private static List<Number> firstValues(DType dtype, ByteBuffer data) {
        List<Number> values = new ArrayList<>();
        int size =
                switch (dtype) {
                    case U8 -> 1;
                    case F16 -> 2;
                    case F32 -> 4;
                    case I64 -> 8;
                    case UNKNOWN -> Integer.MAX_VALUE;
                };
        while (values.size() < SHOWN_VALUES && data.remaining() >= size) {
            values.add(
                    switch (dtype) {
                        case U8 -> data.get() & 0xff;
                        case F16 -> Float16.toFloat(data.getShort());
                        case F32 -> data.getFloat();
                        default -> data.getLong();
                    });
        }
        return values;
    }

    /** The greatest raw logits, value × T, with their classes; empty for a payload that is none. */
    private static List<Map<String, Object>> logits(SoftTarget target) {
        int classes = target.getClassCount();
        if (classes < 1 || classes > MOST_CLASSES) {
            return List.of();
        }
        float[] softened = new float[classes];
        try {
            SoftTargetPayload.decode(target.getPayload(), target.getEncoding(), softened);
        } catch (IllegalArgumentException broken) {
            return List.of();
        }
        return IntStream.range(0, classes)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer each) -> -softened[each]))
                .limit(SHOWN_LOGITS)
                .map(
                        each -> {
                            Map<String, Object> logit = new LinkedHashMap<>();
                            logit.put("class", each);
                            logit.put("logit", softened[each] * target.getTemperature());
                            return logit;
                        })
                .toList();
    }
}
