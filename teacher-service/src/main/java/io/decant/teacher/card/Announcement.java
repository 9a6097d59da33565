package io.decant.teacher.card;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.TeacherCard;
import io.decant.teacher.commit.AnswerTransaction;
import io.decant.teacher.reload.Finding;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * Tells the registry who answers, before the first answer: a card is a transaction of its own.
 * <i>Owned by the stage's thread.</i>
 */
public final class Announcement {
    private final String teacherId;
    private final TeacherCards cards;
    private final AnswerTransaction transaction;
    private final Supplier<ConsumerGroupMetadata> member;
    private final InstantSource clock;
    private final InstantSource waits;

    /**
     * Announcements of one teacher.
     *
     * @param member how the group knows the process
     */
    public Announcement(
            String teacherId,
            Topics topics,
            RecordCodec codec,
            AnswerTransaction transaction,
            Supplier<ConsumerGroupMetadata> member,
            InstantSource clock,
            InstantSource waits) {
        this.teacherId = teacherId;
        this.cards = new TeacherCards(topics, codec);
        this.transaction = transaction;
        this.member = member;
        this.clock = clock;
        this.waits = waits;
    }

    /**
     * Writes the card unless the registry has it.
     *
     * @param reader makes a consumer without a group
     * @param patience longest time for reading the registry
     */
    public void ifNew(
            Finding.Ready teacher, Supplier<Consumer<byte[], byte[]>> reader, Duration patience) {
        TeacherCard card = describe(teacher);
        Optional<TeacherCard> known;
        try (Consumer<byte[], byte[]> registry = reader.get()) {
            known = cards.newest(teacherId, registry, waits, patience);
        }
        if (known.filter(old -> TeacherCards.sameTeacher(old, card)).isEmpty()) {
            write(card);
        }
    }

    /** Writes the card of a teacher that takes over. */
    public void always(Finding.Ready teacher) {
        write(describe(teacher));
    }

    private TeacherCard describe(Finding.Ready teacher) {
        return TeacherCards.describe(teacherId, teacher.teacher(), teacher.bytes(), clock.millis());
    }

    private void write(TeacherCard card) {
        transaction.send(cards.record(card));
        transaction.commit(Map.of(), member.get());
    }
}
