package io.decant.cli.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.record.RecordView;
import io.decant.records.DeadLetter;
import io.decant.topics.Topic;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record as it is shown: decoded, or why it cannot be. <i>Immutable.</i>
 *
 * @param facts what {@code --json} prints: topic, partition, offset, timestamp, key, type (null
 *     when there is no value that can be decoded), value, problem
 */
public record ShownRecord(Map<String, Object> facts) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Decodes a record of a topic of ours. */
    public static ShownRecord of(
            Topic topic, ConsumerRecord<byte[], byte[]> record, RecordCodec codec) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("topic", record.topic());
        facts.put("partition", record.partition());
        facts.put("offset", record.offset());
        facts.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
        facts.put("key", record.key() == null ? null : RecordView.text(record.key()));
        facts.put("type", null);
        facts.put("value", null);
        facts.put("problem", null);
        if (record.value() == null) {
            return new ShownRecord(facts);
        }
        Decoded<SpecificRecord> decoded = codec.decode(topic, record.value(), SpecificRecord.class);
        if (decoded instanceof Decoded.Good<SpecificRecord> good) {
            facts.put("type", good.value().getSchema().getName());
            facts.put("value", view(good.value()));
        } else if (decoded instanceof Decoded.Bad<SpecificRecord> bad) {
            Map<String, Object> problem = new LinkedHashMap<>();
            problem.put("reason", bad.reason().name());
            problem.put("detail", bad.detail());
            problem.putAll(RecordView.bytes(record.value()));
            facts.put("problem", problem);
        }
        return new ShownRecord(facts);
    }

    /** A dead letter's key is what a person looks for, so it is told as text where it is one. */
    private static Map<String, Object> view(SpecificRecord record) {
        Map<String, Object> view = RecordView.of(record);
        if (record instanceof DeadLetter letter && letter.getKey() != null) {
            byte[] key = new byte[letter.getKey().remaining()];
            letter.getKey().duplicate().get(key);
            view.put("key", RecordView.text(key));
        }
        return view;
    }

    /** One line of text. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append(facts.get("topic")).append('-').append(facts.get("partition"));
        text.append('@').append(facts.get("offset"));
        text.append("  ").append(facts.get("timestamp"));
        text.append("  ").append(plain(facts.get("key")));
        if (facts.get("value") instanceof Map<?, ?> value) {
            text.append("  ").append(facts.get("type"));
            value.forEach(
                    (name, each) -> text.append(' ').append(name).append('=').append(plain(each)));
        } else if (facts.get("problem") instanceof Map<?, ?> problem) {
            text.append("  CANNOT BE READ");
            problem.forEach(
                    (name, each) -> text.append(' ').append(name).append('=').append(plain(each)));
        } else {
            text.append("  removed");
        }
        return text.toString();
    }

    /** One line of JSON. */
    public String json() {
        return json(facts);
    }

    private static String plain(Object value) {
        return value instanceof String text && !text.contains(" ") ? text : json(value);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("maps and lists always have a JSON form", impossible);
        }
    }
}
