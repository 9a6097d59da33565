package io.decant.pipeline.sign;

import io.decant.topics.Topic;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * What a signature covers, and where it stands. The signature is the record's last field, so it is
 * cut off and put on as bytes: a reader need not know every field of a later release to verify it.
 *
 * <p>Covered are the topic, the record's key, the SHA-256 of the writer's schema in parsing
 * canonical form (Avro specification, "Transforming into Parsing Canonical Form"; else whoever
 * rules the schema registry could give the same bytes another meaning), and the Avro body with an
 * empty signature. Not covered is the schema's id, which another registry may give anew.
 * <i>Thread-safe: all methods are pure.</i>
 */
final class SignedBytes {
    static final int SIGNATURE_BYTES = 64;

    private static final byte[] DOMAIN = "decant.signature/1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 5;

    /** Avro's length prefix of 64 bytes: zigzag 128, as a variable-length number. */
    private static final byte[] LENGTH = {(byte) 0x80, 0x01};

    /** Bytes that an empty signature does not have. */
    private static final int TAIL = LENGTH.length + SIGNATURE_BYTES;

    private SignedBytes() {}

    /** Id of the writer's schema; the caller has seen that the bytes are in the wire format. */
    static int schemaId(byte[] wire) {
        return ByteBuffer.wrap(wire, 1, Integer.BYTES).getInt();
    }

    static boolean canHoldSignature(Schema schema) {
        List<Schema.Field> fields =
                schema.getType() == Schema.Type.RECORD ? schema.getFields() : List.of();
        return !fields.isEmpty()
                && fields.get(fields.size() - 1).name().equals("signature")
                && fields.get(fields.size() - 1).schema().getType() == Schema.Type.BYTES;
    }

    /**
     * What is signed.
     *
     * @param unsigned wire bytes of the record with an empty signature
     */
    static byte[] message(Topic topic, byte[] key, Schema schema, byte[] unsigned) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (byte[] part :
                    List.of(
                            DOMAIN,
                            topic.name().getBytes(StandardCharsets.US_ASCII),
                            key,
                            SchemaNormalization.parsingFingerprint("SHA-256", schema),
                            Arrays.copyOfRange(unsigned, HEADER_BYTES, unsigned.length))) {
                out.writeInt(part.length);
                out.write(part);
            }
        } catch (IOException | NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("writing to memory does not fail", impossible);
        }
        return bytes.toByteArray();
    }

    /** Puts a signature in the place of the empty one. */
    static byte[] signed(byte[] unsigned, byte[] signature) {
        byte[] wire = Arrays.copyOf(unsigned, unsigned.length - 1 + TAIL);
        System.arraycopy(LENGTH, 0, wire, unsigned.length - 1, LENGTH.length);
        System.arraycopy(signature, 0, wire, wire.length - SIGNATURE_BYTES, SIGNATURE_BYTES);
        return wire;
    }

    static boolean isSigned(byte[] wire) {
        return wire.length > HEADER_BYTES + TAIL
                && wire[wire.length - TAIL] == LENGTH[0]
                && wire[wire.length - TAIL + 1] == LENGTH[1];
    }

    /** The bytes as they were before {@link #signed}. */
    static byte[] unsigned(byte[] wire) {
        byte[] unsigned = Arrays.copyOf(wire, wire.length - TAIL + 1);
        unsigned[unsigned.length - 1] = 0;
        return unsigned;
    }

    static byte[] signature(byte[] wire) {
        return Arrays.copyOfRange(wire, wire.length - SIGNATURE_BYTES, wire.length);
    }
}
