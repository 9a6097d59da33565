package io.decant.pipeline.sign;

import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;

/**
 * Encodes manifests, aliases and orders, and signs them when there is a key. <i>Owned by one
 * thread, as its codec is.</i>
 */
public final class RecordSigner {
    private final RecordCodec codec;
    private final WriterSchemas schemas;
    private final Optional<SigningKey> key;
    private final Map<Integer, Schema> known = new HashMap<>();

    /** The codec stays the caller's. */
    public RecordSigner(ClusterSettings cluster, RecordCodec codec, Optional<SigningKey> key) {
        this(codec, WriterSchemas.ofRegistry(RecordCodec.properties(cluster)), key);
    }

    RecordSigner(RecordCodec codec, WriterSchemas schemas, Optional<SigningKey> key) {
        this.codec = codec;
        this.schemas = schemas;
        this.key = key;
    }

    /**
     * The record's bytes.
     *
     * @param value its last field is {@code signature}; key id and signature are set here
     * @param recordKey the Kafka record's key, which is signed too
     * @throws org.apache.kafka.common.errors.SerializationException as {@link RecordCodec#encode}
     */
    public byte[] encode(Topic topic, byte[] recordKey, SpecificRecord value) {
        value.put(position(value, "signatureKeyId"), key.map(SigningKey::id).orElse(""));
        value.put(position(value, "signature"), ByteBuffer.allocate(0));
        byte[] unsigned = codec.encode(topic, value);
        if (key.isEmpty()) {
            return unsigned;
        }
        Schema schema = known.computeIfAbsent(SignedBytes.schemaId(unsigned), schemas::byId);
        if (!SignedBytes.canHoldSignature(schema)) {
            throw new IllegalStateException(
                    "the registry's schema of "
                            + schema.getFullName()
                            + " does not end with its signature; records of it cannot be signed");
        }
        byte[] message = SignedBytes.message(topic, recordKey, schema, unsigned);
        return SignedBytes.signed(unsigned, key.get().sign(message));
    }

    private static int position(SpecificRecord value, String field) {
        return value.getSchema().getField(field).pos();
    }
}
