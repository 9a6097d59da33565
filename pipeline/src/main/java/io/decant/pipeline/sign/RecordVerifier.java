package io.decant.pipeline.sign;

import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * Says whether a record may be believed. <i>Owned by one thread.</i>
 *
 * <p>A signature proves who wrote a record, not that it is the newest: whoever asks also has to
 * refuse versions and sequences that go backwards.
 */
public final class RecordVerifier {
    private static final int MAX_SCHEMAS = 1000;

    private final SignaturePolicy policy;
    private final TrustedKeys keys;
    private final WriterSchemas schemas;
    private final Map<Integer, Schema> known = new HashMap<>();

    public RecordVerifier(SignaturePolicy policy, TrustedKeys keys, WriterSchemas schemas) {
        this.policy = policy;
        this.keys = keys;
        this.schemas = schemas;
    }

    /**
     * Says why a record must not be believed, if so.
     *
     * @param wire as it came from the topic, in Confluent's wire format; it has been decoded
     * @param keyId the record's field {@code signatureKeyId}
     * @throws io.decant.serde.RegistryException if the registry cannot be asked; trying again may
     *     help
     */
    public Optional<String> problem(Topic topic, byte[] recordKey, byte[] wire, String keyId) {
        if (keyId.isEmpty()) {
            return policy == SignaturePolicy.REQUIRE
                    ? Optional.of(
                            "it is not signed, and signatures.policy is require; let its writer sign with a key that this gateway trusts")
                    : Optional.empty();
        }
        if (!keys.knows(keyId)) {
            return policy == SignaturePolicy.REQUIRE
                    ? Optional.of(
                            "it is signed with key "
                                    + keyId
                                    + ", which is not trusted here; trusted are "
                                    + keys.ids()
                                    + " (signatures.keys)")
                    : Optional.empty();
        }
        Schema schema = schema(SignedBytes.schemaId(wire));
        if (!SignedBytes.canHoldSignature(schema) || !SignedBytes.isSigned(wire)) {
            return Optional.of(
                    "it names key " + keyId + " and does not end with a signature of 64 bytes");
        }
        byte[] message = SignedBytes.message(topic, recordKey, schema, SignedBytes.unsigned(wire));
        return keys.verifies(keyId, message, SignedBytes.signature(wire))
                ? Optional.empty()
                : Optional.of("its signature with key " + keyId + " is not valid");
    }

    private Schema schema(int id) {
        Schema schema = known.get(id);
        if (schema == null) {
            schema = schemas.byId(id);
            if (known.size() < MAX_SCHEMAS) {
                known.put(id, schema);
            }
        }
        return schema;
    }
}
