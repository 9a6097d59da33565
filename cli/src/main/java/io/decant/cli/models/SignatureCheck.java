package io.decant.cli.models;

import io.decant.pipeline.sign.RecordVerifier;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.serde.BadRecordException;
import io.decant.serde.WriterSchemas;
import java.util.Optional;

/** Says who signed a record, and whether that is so. <i>Owned by one thread.</i> */
public final class SignatureCheck {
    private final Optional<TrustedKeys> keys;
    private final RecordVerifier verifier;

    /**
     * With the operator's keys.
     *
     * @param keys empty when none were given: signatures are then named, not verified
     */
    public SignatureCheck(Optional<TrustedKeys> keys, WriterSchemas schemas) {
        this.keys = keys;
        this.verifier =
                new RecordVerifier(SignaturePolicy.REQUIRE, keys.orElse(TrustedKeys.NONE), schemas);
    }

    /** Who signed a record. <i>Immutable.</i> */
    public sealed interface Signed {
        /** Nobody. */
        record Unsigned() implements Signed {}

        /** So it says; no keys were given to verify it. */
        record Claimed(String keyId) implements Signed {}

        /** Verified. */
        record Valid(String keyId) implements Signed {}

        /**
         * Not by whom it says, or by a key that is not among those given.
         *
         * @param reason one sentence
         */
        record Wrong(String reason) implements Signed {}
    }

    /** True when keys were given, so that an unsigned record is not good enough. */
    public boolean isRequired() {
        return keys.isPresent();
    }

    /**
     * Who signed a record.
     *
     * @param keyId as the record says; empty for none
     */
    public Signed of(StoredRecord<?> record, String keyId) {
        if (keyId.isEmpty()) {
            return new Signed.Unsigned();
        }
        if (keys.isEmpty()) {
            return new Signed.Claimed(keyId);
        }
        if (!keys.get().ids().contains(keyId)) {
            return new Signed.Wrong(
                    "it is signed with key "
                            + keyId
                            + ", which is not among those given: "
                            + keys.get().ids());
        }
        try {
            return verifier.problem(record.topic(), record.keyBytes(), record.wire(), keyId)
                    .<Signed>map(Signed.Wrong::new)
                    .orElseGet(() -> new Signed.Valid(keyId));
        } catch (BadRecordException unknownSchema) {
            return new Signed.Wrong(
                    "its signature cannot be verified: " + unknownSchema.getMessage());
        }
    }

    /** What is wrong with a version's or an order's signature, if anything. */
    public Optional<String> problem(StoredRecord<?> record, String keyId) {
        Signed signed = of(record, keyId);
        if (signed instanceof Signed.Wrong wrong) {
            return Optional.of(wrong.reason());
        }
        return signed instanceof Signed.Unsigned && isRequired()
                ? Optional.of("it is not signed; a signature by one of the given keys is expected")
                : Optional.empty();
    }
}
