package io.decant.follower.registry;

import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.RecordVerifier;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.DeadLetterReason;
import io.decant.records.Order;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads records of {@code model-registry} and {@code control} as changes of one model, and believes
 * only those whose signature is good enough. Records of other models, and kinds that followers do
 * not follow, are no change. <i>Owned by one thread, as its codec is.</i>
 */
final class RegistryRecords {
    /** A manifest has less than 2 kB; much more than that is not worth decoding. */
    static final int MAX_VALUE_BYTES = 64 << 10;

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
    private static final int SCHEMA_ID = 1;

    private final String model;
    private final RecordCodec codec;
    private final WriterSchemas schemas;
    private final RecordVerifier verifier;

    /**
     * Makes a reader.
     *
     * @param schemas those that the codec reads with
     */
    RegistryRecords(
            String model, RecordCodec codec, WriterSchemas schemas, RecordVerifier verifier) {
        this.model = model;
        this.codec = codec;
        this.schemas = schemas;
        this.verifier = verifier;
    }

    /** Bytes of one record that is about the model. */
    private record Raw(Topic topic, byte[] key, byte[] value) {}

    /**
     * Reads one record.
     *
     * @param value null removes the key
     * @return nothing when the record is not about the model; bad when it is and cannot be read, or
     *     must not be believed
     */
    Decoded<Optional<RegistryEvent>> read(Topic topic, byte[] key, byte[] value) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!text.startsWith(model + "/")) {
            return none();
        }
        Raw raw = new Raw(topic, key, value);
        String name = text.substring(model.length() + 1);
        if (topic == Topic.CONTROL) {
            return name.equals("@override") ? override(raw) : none();
        }
        if (name.equals("@live")) {
            return live(raw);
        }
        return VERSION.matcher(name).matches() ? version(Long.parseLong(name), raw) : none();
    }

    private Decoded<Optional<RegistryEvent>> version(long version, Raw raw) {
        if (raw.value == null) {
            return event(new RegistryEvent.VersionRemoved(version));
        }
        return checked(
                raw,
                CheckpointManifest.class,
                CheckpointManifest::getSignatureKeyId,
                manifest ->
                        manifest.getModel().equals(model) && manifest.getVersion() == version
                                ? event(new RegistryEvent.VersionPublished(record(manifest, raw)))
                                : mismatch(manifest.getModel() + "/" + manifest.getVersion()));
    }

    private ManifestRecord record(CheckpointManifest manifest, Raw raw) {
        ByteBuffer wire = ByteBuffer.wrap(raw.value);
        return new ManifestRecord(manifest, wire, schemas.byId(wire.getInt(SCHEMA_ID)));
    }

    private Decoded<Optional<RegistryEvent>> live(Raw raw) {
        if (raw.value == null) {
            return event(new RegistryEvent.LiveRemoved());
        }
        return checked(
                raw,
                Alias.class,
                Alias::getSignatureKeyId,
                alias ->
                        alias.getModel().equals(model) && alias.getAlias().equals("@live")
                                ? event(
                                        new RegistryEvent.LiveSet(
                                                alias.getVersion(), alias.getSequence()))
                                : mismatch(alias.getModel() + "/" + alias.getAlias()));
    }

    private Decoded<Optional<RegistryEvent>> override(Raw raw) {
        if (raw.value == null) {
            return event(new RegistryEvent.OverrideRemoved());
        }
        return checked(
                raw,
                Control.class,
                Control::getSignatureKeyId,
                control -> {
                    if (control.getOrder() == Order.UNKNOWN) {
                        return new Decoded.Bad<>(
                                DeadLetterReason.UNKNOWN_SYMBOL,
                                "the order is not known to this version; expected OVERRIDE");
                    }
                    return control.getTarget().equals(model) && control.getOrder() == Order.OVERRIDE
                            ? event(
                                    new RegistryEvent.OverrideSet(
                                            control.getVersion(), control.getSequence()))
                            : mismatch(control.getTarget() + "/" + control.getOrder());
                });
    }

    /** What a record that is whole and believed means. */
    private interface Meaning<T> {
        Decoded<Optional<RegistryEvent>> of(T value);
    }

    private interface KeyId<T> {
        String of(T value);
    }

    private <T extends SpecificRecord> Decoded<Optional<RegistryEvent>> checked(
            Raw raw, Class<T> type, KeyId<T> keyId, Meaning<T> meaning) {
        if (raw.value.length > MAX_VALUE_BYTES) {
            return new Decoded.Bad<>(
                    DeadLetterReason.INVALID_VALUE,
                    "the value has "
                            + raw.value.length
                            + " bytes; expected at most "
                            + MAX_VALUE_BYTES);
        }
        Decoded<T> decoded = codec.decode(raw.topic, raw.value, type);
        if (decoded instanceof Decoded.Bad<T> bad) {
            return new Decoded.Bad<>(bad.reason(), bad.detail());
        }
        T value = ((Decoded.Good<T>) decoded).value();
        return verifier.problem(raw.topic, raw.key, raw.value, keyId.of(value))
                .<Decoded<Optional<RegistryEvent>>>map(
                        reason -> new Decoded.Bad<>(DeadLetterReason.INVALID_VALUE, reason))
                .orElseGet(() -> meaning.of(value));
    }

    private static Decoded<Optional<RegistryEvent>> event(RegistryEvent event) {
        return new Decoded.Good<>(Optional.of(event));
    }

    private static Decoded<Optional<RegistryEvent>> none() {
        return new Decoded.Good<>(Optional.empty());
    }

    private static Decoded<Optional<RegistryEvent>> mismatch(String value) {
        return new Decoded.Bad<>(
                DeadLetterReason.INVALID_VALUE,
                "the value is of " + value + "; expected what the key says");
    }
}
