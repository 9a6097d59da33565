package io.decant.cli.deadletters;

import io.decant.pipeline.deadletter.DeadLetters;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.source.Placement;
import io.decant.pipeline.source.SourceSettings;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.teacher.sample.SampleCheck;
import io.decant.teacher.sample.Verdict;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import io.decant.trainer.join.RecordRules;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * Judges letters as the services would judge their records today: what is still wrong is found
 * before a record is sent into the same refusal. What only a running service knows, such as the
 * shape that its teacher takes, cannot be judged here and becomes a note. <i>Owned by one thread,
 * as its codec is.</i>
 */
public final class Remedies {
    /** Topics whose records are no more than what they say, wherever they stand. */
    private static final Set<Topic> SENT_AGAIN =
            EnumSet.of(Topic.SAMPLES, Topic.SOFT_TARGETS, Topic.LABELS);

    /** Reasons that are gone once the record is read well, in its partition, at a later time. */
    private static final Set<DeadLetterReason> SEEN_FROM_HERE =
            EnumSet.of(
                    DeadLetterReason.UNDECODABLE,
                    DeadLetterReason.UNKNOWN_SCHEMA,
                    DeadLetterReason.UNKNOWN_SYMBOL,
                    DeadLetterReason.WRONG_PARTITION,
                    DeadLetterReason.FUTURE_EVENT_TIME);

    private final Topics topics;
    private final RecordCodec codec;
    private final Placement placement;
    private final RecordRules rules;
    private final InstantSource clock;
    private final boolean samePartition;

    /** What is known of a record that was read: what is wrong, and when it happened. */
    private record Finding(Optional<String> problem, long eventTimeMillis) {
        static Finding wrong(String problem) {
            return new Finding(Optional.of(problem), 0);
        }
    }

    /**
     * Judges for one installation.
     *
     * @param codec reads records; stays the caller's
     * @param samePartition records go back where they were: {@code source.partitioning} is as-is
     */
    public Remedies(Topics topics, RecordCodec codec, InstantSource clock, boolean samePartition) {
        this.topics = topics;
        this.codec = codec;
        this.clock = clock;
        this.samePartition = samePartition;
        placement =
                new Placement(
                        topics,
                        samePartition
                                ? SourceSettings.Partitioning.AS_IS
                                : SourceSettings.Partitioning.BY_ID);
        rules = new RecordRules(placement);
    }

    /** What can be done with a letter. */
    public Remedy of(Letter letter) {
        DeadLetter content = letter.content();
        Optional<Topic> topic =
                Arrays.stream(Topic.values())
                        .filter(each -> topics.name(each).equals(content.getTopic()))
                        .findFirst();
        if (topic.isEmpty()) {
            return new Remedy.Leave(
                    "topic "
                            + content.getTopic()
                            + " is not one of Decant's, which writes to no other; let its own producer send the record again");
        }
        if (!SENT_AGAIN.contains(topic.get())) {
            return new Remedy.Leave(whyNever(topic.get()));
        }
        if (!DeadLetters.isWhole(content)) {
            return new Remedy.Leave(
                    "the letter holds only the beginning of the record; find it at "
                            + letter.origin()
                            + " and let its producer send it again");
        }
        if (letter.key() == null) {
            return new Remedy.Leave(
                    "the record has no key, so nobody knows its partition; let its producer send it again with the sample id as key");
        }
        return judged(topic.get(), letter);
    }

    private static String whyNever(Topic topic) {
        return topic == Topic.TRAINING_PAIRS
                ? "a pair that one trainer refused is in the journal still, and another trainer may have learned it; mend the trainer's settings and learn it with 'decant replay'"
                : "a record of "
                        + topic.suffix()
                        + " is the last word about its key, and an old one would take the place of a newer; let its writer write it anew";
    }

    private Remedy judged(Topic topic, Letter letter) {
        DeadLetter content = letter.content();
        int partition =
                samePartition
                        ? content.getPartition()
                        : topics.samplePartition(new String(letter.key(), StandardCharsets.UTF_8));
        Finding finding = finding(topic, letter.key(), partition, letter.value());
        if (finding.problem().isPresent()) {
            return new Remedy.Leave("it would be refused again: " + finding.problem().get());
        }
        long ahead = finding.eventTimeMillis() - clock.millis();
        if (content.getReason() == DeadLetterReason.FUTURE_EVENT_TIME && ahead > 0) {
            return new Remedy.Leave(
                    "its event time is still "
                            + ahead / 1000
                            + " s in the future; send it again after that, or raise the joiner's future-tolerance");
        }
        return new Remedy.Resend(
                partition,
                SEEN_FROM_HERE.contains(content.getReason())
                        ? ""
                        : "it is read well, and is accepted only if this was mended: "
                                + content.getDetail());
    }

    private Finding finding(Topic topic, byte[] key, int partition, byte[] value) {
        return switch (topic) {
            case SAMPLES -> sample(read(topic, value, Sample.class), key, partition);
            case LABELS -> label(read(topic, value, Label.class), key, partition);
            default -> softTarget(read(topic, value, SoftTarget.class), key, partition);
        };
    }

    private <T extends SpecificRecord> Decoded<T> read(Topic topic, byte[] value, Class<T> type) {
        return codec.decode(topic, value, type);
    }

    private Finding sample(Decoded<Sample> decoded, byte[] key, int partition) {
        Decoded<Sample> placed =
                decoded instanceof Decoded.Good<Sample> good
                        ? placement
                                .<Sample>keyed(key, partition, good.value().getSampleId())
                                .<Decoded<Sample>>map(misplaced -> misplaced)
                                .orElse(good)
                        : decoded;
        Verdict verdict = new SampleCheck().judge(placed);
        return verdict instanceof Verdict.Fit fit
                ? new Finding(Optional.empty(), fit.sample().getEventTimeMillis())
                : Finding.wrong(((Verdict.Refused) verdict).detail());
    }

    private Finding label(Decoded<Label> decoded, byte[] key, int partition) {
        if (decoded instanceof Decoded.Bad<Label> bad) {
            return Finding.wrong(bad.detail());
        }
        Label label = ((Decoded.Good<Label>) decoded).value();
        return new Finding(
                placement
                        .<Label>keyed(key, partition, label.getSampleId())
                        .map(Decoded.Bad::detail)
                        .or(() -> RecordRules.label(label).map(RecordRules.Problem::detail)),
                label.getEventTimeMillis());
    }

    private Finding softTarget(Decoded<SoftTarget> decoded, byte[] key, int partition) {
        if (decoded instanceof Decoded.Bad<SoftTarget> bad) {
            return Finding.wrong(bad.detail());
        }
        SoftTarget target = ((Decoded.Good<SoftTarget>) decoded).value();
        return new Finding(
                rules.softTarget(key, partition, target).map(RecordRules.Problem::detail),
                target.getEventTimeMillis());
    }
}
