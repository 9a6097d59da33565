package io.decant.serde;

import io.decant.records.DeadLetterReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads values in the wire format: a zero byte, a 4-byte schema id, Avro binary. What becomes of a
 * schema is its maker's affair; schemas are asked for once. <i>Owned by one thread.</i>
 */
final class WireReader<T> {
    private static final int HEADER_BYTES = 5;

    /** A topic has a handful of schemas; ids beyond this number are asked for again each time. */
    private static final int MAX_CACHED_IDS = 1000;

    private final WriterSchemas schemas;
    private final ReaderMaker<T> maker;
    private final Map<Integer, Known<T>> known = new HashMap<>();
    private BinaryDecoder decoder;

    private record Known<T>(Schema written, DatumReader<T> reader) {}

    /** Makes what reads the values of one schema. */
    interface ReaderMaker<T> {
        /**
         * @throws BadRecordException if values of this schema are of no use
         */
        DatumReader<T> reader(int id, Schema written);
    }

    WireReader(WriterSchemas schemas, ReaderMaker<T> maker) {
        this.schemas = schemas;
        this.maker = maker;
    }

    /**
     * Reads one value.
     *
     * @throws BadRecordException if the bytes will never become one
     * @throws RegistryException if the registry does not answer; trying again may help
     */
    T read(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != 0) {
            throw bad(
                    "the value is not in the Avro wire format; expected a zero byte and a 4-byte schema id before Avro binary, found "
                            + (bytes.length < HEADER_BYTES
                                    ? bytes.length + " bytes"
                                    : "first byte " + (bytes[0] & 0xff)),
                    null);
        }
        int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
        Known<T> schema = schema(id);
        decoder =
                DecoderFactory.get()
                        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, decoder);
        T value;
        boolean wholly;
        try {
            value = schema.reader().read(null, decoder);
            wholly = decoder.isEnd();
        } catch (IOException | RuntimeException broken) {
            // Avro throws many unchecked kinds on broken bytes (lengths, indices, numbers).
            throw bad("the value is not Avro binary of schema id " + id + ": " + broken, broken);
        }
        if (!wholly) {
            throw bad(
                    "bytes are left after the "
                            + schema.written().getName()
                            + " of schema id "
                            + id,
                    null);
        }
        return value;
    }

    private Known<T> schema(int id) {
        Known<T> cached = known.get(id);
        if (cached != null) {
            return cached;
        }
        Schema written = schemas.byId(id);
        Known<T> made = new Known<>(written, maker.reader(id, written));
        if (known.size() < MAX_CACHED_IDS) {
            known.put(id, made);
        }
        return made;
    }

    private static BadRecordException bad(String detail, Throwable cause) {
        return new BadRecordException(DeadLetterReason.UNDECODABLE, detail, cause);
    }
}
