package io.decant.gateway.registry;

import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.DeadLetterReason;
import io.decant.records.Order;
import io.decant.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads records of {@code model-registry} and {@code control} as changes of one model. Records of
 * other models, and kinds that gateways do not follow, are no change. <i>Owned by one thread, as
 * its codec is.</i>
 */
final class RegistryRecords {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");

    private final String model;
    private final RecordCodec codec;

    RegistryRecords(String model, RecordCodec codec) {
        this.model = model;
        this.codec = codec;
    }

    /**
     * Reads one record.
     *
     * @param value null removes the key
     * @return nothing when the record is not about the model; bad when it is and cannot be read
     */
    Decoded<Optional<RegistryEvent>> read(Topic topic, byte[] key, byte[] value) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (!text.startsWith(model + "/")) {
            return none();
        }
        String name = text.substring(model.length() + 1);
        if (topic == Topic.CONTROL) {
            return name.equals("@override") ? override(value) : none();
        }
        if (name.equals("@live")) {
            return live(value);
        }
        return VERSION.matcher(name).matches() ? version(Long.parseLong(name), value) : none();
    }

    private Decoded<Optional<RegistryEvent>> version(long version, byte[] value) {
        if (value == null) {
            return event(new RegistryEvent.VersionRemoved(version));
        }
        return checked(
                codec.decode(Topic.MODEL_REGISTRY, value, CheckpointManifest.class),
                manifest ->
                        manifest.getModel().equals(model) && manifest.getVersion() == version
                                ? event(new RegistryEvent.VersionPublished(manifest))
                                : mismatch(manifest.getModel() + "/" + manifest.getVersion()));
    }

    private Decoded<Optional<RegistryEvent>> live(byte[] value) {
        if (value == null) {
            return event(new RegistryEvent.LiveRemoved());
        }
        return checked(
                codec.decode(Topic.MODEL_REGISTRY, value, Alias.class),
                alias ->
                        alias.getModel().equals(model) && alias.getAlias().equals("@live")
                                ? event(
                                        new RegistryEvent.LiveSet(
                                                alias.getVersion(), alias.getSequence()))
                                : mismatch(alias.getModel() + "/" + alias.getAlias()));
    }

    private Decoded<Optional<RegistryEvent>> override(byte[] value) {
        if (value == null) {
            return event(new RegistryEvent.OverrideRemoved());
        }
        return checked(
                codec.decode(Topic.CONTROL, value, Control.class),
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

    private static <T> Decoded<Optional<RegistryEvent>> checked(
            Decoded<T> decoded, Function<T, Decoded<Optional<RegistryEvent>>> event) {
        if (decoded instanceof Decoded.Good<T> good) {
            return event.apply(good.value());
        }
        Decoded.Bad<T> bad = (Decoded.Bad<T>) decoded;
        return new Decoded.Bad<>(bad.reason(), bad.detail());
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
