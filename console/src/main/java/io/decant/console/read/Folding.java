package io.decant.console.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.console.picture.Letter;
import io.decant.console.picture.Picture;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.record.RecordView;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.DeadLetter;
import io.decant.records.GatewayStatus;
import io.decant.records.Lineage;
import io.decant.records.MetricPoint;
import io.decant.records.TeacherCard;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes records and tells a picture of them. What cannot be read is left out, as gateways leave
 * it out. <i>Owned by the console's stage thread.</i>
 */
final class Folding {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RecordCodec codec;
    private final Topics topics;
    private final Picture picture;

    Folding(RecordCodec codec, Topics topics, Picture picture) {
        this.codec = codec;
        this.topics = topics;
        this.picture = picture;
    }

    /**
     * Takes one record in.
     *
     * @throws org.apache.kafka.common.errors.SerializationException if the registry cannot be
     *     asked; trying again may help
     */
    void record(Topic topic, ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        String at = record.partition() + "-" + record.offset();
        if (record.value() == null) {
            removed(topic, key);
            return;
        }
        switch (topic) {
            case MODEL_REGISTRY -> registry(record.value());
            case CONTROL ->
                    read(topic, record.value(), Control.class, it -> picture.order(key, it));
            case GATEWAY_STATUS ->
                    read(topic, record.value(), GatewayStatus.class, picture::gateway);
            case TRAINING_METRICS ->
                    read(topic, record.value(), MetricPoint.class, it -> picture.point(at, it));
            case LINEAGE -> read(topic, record.value(), Lineage.class, picture::lineage);
            case DEAD_LETTERS ->
                    read(topic, record.value(), DeadLetter.class, it -> letter(at, it));
            default -> throw new IllegalArgumentException("the console does not read " + topic);
        }
    }

    private void removed(Topic topic, String key) {
        switch (topic) {
            case MODEL_REGISTRY -> picture.registryRemoved(key);
            case CONTROL -> picture.orderRemoved(key);
            case GATEWAY_STATUS -> picture.gatewayRemoved(key);
            default -> {
                // Only compacted topics have removals.
            }
        }
    }

    private void registry(byte[] value) {
        read(
                Topic.MODEL_REGISTRY,
                value,
                SpecificRecord.class,
                record -> {
                    if (record instanceof CheckpointManifest manifest) {
                        picture.version(manifest);
                    } else if (record instanceof Alias alias) {
                        picture.live(alias);
                    } else if (record instanceof TeacherCard card) {
                        picture.teacher(card);
                    }
                });
    }

    private <T extends SpecificRecord> void read(
            Topic topic, byte[] value, Class<T> type, Consumer<T> taken) {
        if (codec.decode(topic, value, type) instanceof Decoded.Good<T> good) {
            taken.accept(good.value());
        }
    }

    private void letter(String at, DeadLetter letter) {
        picture.letter(
                at,
                new Letter(
                        letter.getStage(),
                        letter.getReason().name(),
                        letter.getDetail(),
                        suffix(letter.getTopic()),
                        letter.getPartition(),
                        letter.getOffset(),
                        letter.getKey() == null
                                ? ""
                                : text(RecordView.text(bytes(letter.getKey()))),
                        original(letter),
                        letter.getAtMillis()));
    }

    private String suffix(String name) {
        return name.startsWith(topics.prefix()) ? name.substring(topics.prefix().length()) : name;
    }

    /** The refused record, decoded if that is possible. */
    private String original(DeadLetter letter) {
        if (letter.getValue() == null) {
            return "";
        }
        byte[] value = bytes(letter.getValue());
        return topic(letter.getTopic())
                .map(topic -> codec.decode(topic, value, SpecificRecord.class))
                .map(
                        decoded ->
                                decoded instanceof Decoded.Good<SpecificRecord> good
                                        ? text(RecordView.of(good.value()))
                                        : null)
                .orElseGet(() -> text(RecordView.text(value)));
    }

    private Optional<Topic> topic(String name) {
        for (Topic topic : Topic.values()) {
            if (topics.name(topic).equals(name)) {
                return Optional.of(topic);
            }
        }
        return Optional.empty();
    }

    private static String text(Object view) {
        if (view instanceof String text) {
            return text;
        }
        try {
            return JSON.writeValueAsString(view);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("maps and lists always have a JSON form", impossible);
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return copy;
    }
}
