package io.decant.teacher.card;

import io.decant.model.spec.ModelSpecJson;
import io.decant.model.teacher.Teacher;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.TeacherCard;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** A teacher's card in the model registry: key {@code teacher/<id>}. <i>Owned by one thread.</i> */
public final class TeacherCards {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Topics topics;
    private final RecordCodec codec;

    public TeacherCards(Topics topics, RecordCodec codec) {
        this.topics = topics;
        this.codec = codec;
    }

    /** What is known of a teacher, from its file or from the registry. */
    public static TeacherCard describe(
            String teacherId, Teacher model, long fileBytes, long nowMillis) {
        Optional<TeacherCardFacts.TrainingRange> range =
                model.facts().flatMap(TeacherCardFacts::trainedOn);
        OptionalDouble accuracy =
                model.facts().map(TeacherCardFacts::accuracy).orElse(OptionalDouble.empty());
        TeacherCard card = new TeacherCard();
        card.setTeacherId(teacherId);
        card.setFileDigest(ByteBuffer.wrap(model.digest()));
        card.setFileBytes(fileBytes);
        card.setClassCount(model.classCount());
        card.setInput(ModelSpecJson.writeInput(model.inputSpec()));
        card.setDatasetDigest(
                ByteBuffer.wrap(
                        range.map(r -> HexFormat.of().parseHex(r.datasetDigest()))
                                .orElse(new byte[0])));
        card.setTrainedFrom(range.map(r -> (long) r.from()).orElse(-1L));
        card.setTrainedTo(range.map(r -> (long) r.to()).orElse(-1L));
        card.setAccuracy(accuracy.isPresent() ? accuracy.getAsDouble() : null);
        card.setLabelSmoothing(
                model.facts()
                        .map(TeacherCardFacts::labelSmoothing)
                        .orElse(OptionalDouble.empty())
                        .orElse(0));
        card.setModel(model.origin().map(Teacher.Origin::model).orElse(""));
        card.setModelVersion(model.origin().map(Teacher.Origin::version).orElse(0L));
        card.setStartedAtMillis(nowMillis);
        return card;
    }

    /** Whether two cards say the same, but for when a service started. */
    public static boolean sameTeacher(TeacherCard one, TeacherCard other) {
        TeacherCard aligned = TeacherCard.newBuilder(one).build();
        aligned.setStartedAtMillis(other.getStartedAtMillis());
        return aligned.equals(other);
    }

    /** The record that publishes a card. */
    public ProducerRecord<byte[], byte[]> record(TeacherCard card) {
        return new ProducerRecord<>(
                topics.name(Topic.MODEL_REGISTRY),
                topics.modelPartition(card.getTeacherId()),
                key(card.getTeacherId()),
                codec.encode(Topic.MODEL_REGISTRY, card));
    }

    /**
     * The newest card of a teacher, read from the registry's partition.
     *
     * @param reader an assigned consumer, this method's alone
     * @param patience longest time for reading to the end
     * @throws TimeoutException if the end is not reached in time
     */
    public Optional<TeacherCard> newest(
            String teacherId,
            Consumer<byte[], byte[]> reader,
            InstantSource clock,
            Duration patience) {
        TopicPartition partition =
                new TopicPartition(
                        topics.name(Topic.MODEL_REGISTRY), topics.modelPartition(teacherId));
        reader.assign(List.of(partition));
        reader.seekToBeginning(List.of(partition));
        long end = reader.endOffsets(List.of(partition), patience).get(partition);
        byte[] key = key(teacherId);
        byte[] newest = null;
        long deadline = clock.millis() + patience.toMillis();
        while (reader.position(partition, patience) < end) {
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                if (Arrays.equals(record.key(), key)) {
                    newest = record.value();
                }
            }
            if (clock.millis() > deadline) {
                throw new TimeoutException(
                        "partition "
                                + partition
                                + " was not read to its end within "
                                + patience.toMillis()
                                + " ms");
            }
        }
        return newest != null
                        && codec.decode(Topic.MODEL_REGISTRY, newest, TeacherCard.class)
                                instanceof Decoded.Good<TeacherCard> good
                ? Optional.of(good.value())
                : Optional.empty();
    }

    private static byte[] key(String teacherId) {
        return ("teacher/" + teacherId).getBytes(StandardCharsets.UTF_8);
    }
}
