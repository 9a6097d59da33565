package io.decant.model.torch;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes the few pickle opcodes (protocol 2, PEP 307) that a TorchScript module of tensors and
 * numbers needs. <i>Not thread-safe: owned by one archive.</i>
 */
final class Pickle {
    private static final int PROTO = 0x80;
    private static final int MARK = '(';
    private static final int TUPLE = 't';
    private static final int EMPTY_TUPLE = ')';
    private static final int EMPTY_DICT = '}';
    private static final int SET_ITEMS = 'u';
    private static final int GLOBAL = 'c';
    private static final int NEW_OBJECT = 0x81;
    private static final int BUILD = 'b';
    private static final int REDUCE = 'R';
    private static final int PERSISTENT_ID = 'Q';
    private static final int INT32 = 'J';
    private static final int TEXT = 'X';
    private static final int FALSE = 0x89;
    private static final int STOP = '.';

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /**
     * A whole file: an object of {@code <namespace>.<className>} with these attributes, not in
     * training.
     */
    static byte[] module(String namespace, String className, Pickle attributes) {
        Pickle file =
                new Pickle()
                        .op(PROTO)
                        .op(2)
                        .global(namespace, className)
                        .op(EMPTY_TUPLE)
                        .op(NEW_OBJECT);
        file.op(EMPTY_DICT).op(MARK);
        file.bytes.writeBytes(attributes.bytes.toByteArray());
        return file.text("training").op(FALSE).op(SET_ITEMS).op(BUILD).op(STOP).bytes.toByteArray();
    }

    /** A whole file: the empty tuple. */
    static byte[] emptyTuple() {
        return new Pickle().op(PROTO).op(2).op(EMPTY_TUPLE).op(STOP).bytes.toByteArray();
    }

    Pickle text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        op(TEXT).int32(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    Pickle integer(int value) {
        return op(INT32).int32(value);
    }

    /**
     * The object of another whole file of protocol 2. Its memo stays its own, because nothing else
     * here uses one.
     */
    Pickle object(byte[] file) {
        bytes.write(file, 2, file.length - 3);
        return this;
    }

    /** A contiguous tensor over the whole storage {@code key}, without gradient. */
    Pickle tensor(String storageClass, String key, List<Integer> shape) {
        int elements = shape.stream().reduce(1, Math::multiplyExact);
        global("torch._utils", "_rebuild_tensor_v2").op(MARK);
        op(MARK).text("storage")
                .global("torch", storageClass)
                .text(key)
                .text("cpu")
                .integer(elements)
                .op(TUPLE);
        op(PERSISTENT_ID).integer(0);
        op(MARK);
        shape.forEach(this::integer);
        op(TUPLE).op(MARK);
        int stride = elements;
        for (int length : shape) {
            stride /= length;
            integer(stride);
        }
        op(TUPLE).op(FALSE).global("collections", "OrderedDict").op(EMPTY_TUPLE).op(REDUCE);
        return op(TUPLE).op(REDUCE);
    }

    private Pickle global(String module, String name) {
        op(GLOBAL);
        bytes.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    private Pickle op(int code) {
        bytes.write(code);
        return this;
    }

    private Pickle int32(int value) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(value >>> shift);
        }
        return this;
    }
}
