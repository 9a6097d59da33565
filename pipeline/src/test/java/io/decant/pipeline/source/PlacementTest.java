package io.decant.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.source.SourceSettings.Partitioning;
import io.decant.records.DeadLetterReason;
import io.decant.records.Sample;
import io.decant.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Topics TOPICS = new Topics("decant.", 4, 1);
    private static final String ID = "run-7";
    private static final byte[] KEY = ID.getBytes(StandardCharsets.UTF_8);
    private static final int HOME = TOPICS.samplePartition(ID);
    private static final int ELSEWHERE = (HOME + 1) % 4;

    private final Placement byId = new Placement(TOPICS, Partitioning.BY_ID);
    private final Placement asIs = new Placement(TOPICS, Partitioning.AS_IS);

    private static Optional<Decoded.Bad<Sample>> refused(DeadLetterReason reason, String detail) {
        return Optional.of(new Decoded.Bad<>(reason, detail));
    }

    @Test
    void aRecordUnderItsIdInItsOwnPartitionIsRight() {
        assertThat(byId.<Sample>keyed(KEY, HOME, ID)).isEmpty();
        assertThat(byId.<Sample>inPartition(HOME, ID)).isEmpty();
    }

    @Test
    void aKeyThatIsNotTheIdIsRefused() {
        assertThat(byId.<Sample>keyed(new byte[0], HOME, ""))
                .isEqualTo(
                        refused(
                                DeadLetterReason.INVALID_VALUE,
                                "the sample id is empty; expected a name that no other sample has"));
        assertThat(byId.<Sample>keyed(null, HOME, ID))
                .isEqualTo(
                        refused(
                                DeadLetterReason.INVALID_VALUE,
                                "the record has no key; expected the sample id in UTF-8"));
        assertThat(byId.<Sample>keyed("run-8".getBytes(StandardCharsets.UTF_8), HOME, ID))
                .isEqualTo(
                        refused(
                                DeadLetterReason.INVALID_VALUE,
                                "the record's key is not the sample id; expected its UTF-8 bytes"));
    }

    @Test
    void aRecordInAnotherPartitionIsRefusedWithTheSettingThatHelps() {
        assertThat(byId.<Sample>keyed(KEY, ELSEWHERE, ID))
                .isEqualTo(
                        refused(
                                DeadLetterReason.WRONG_PARTITION,
                                "the sample id belongs in partition "
                                        + HOME
                                        + " of 4 by murmur2, the record is in partition "
                                        + ELSEWHERE
                                        + "; producers on librdkafka need partitioner=murmur2_random"));
    }

    @Test
    void whereThePartitionIsTheProducersAffairAnyIsRight() {
        assertThat(asIs.<Sample>inPartition(ELSEWHERE, ID)).isEmpty();
        assertThat(asIs.<Sample>keyed(KEY, ELSEWHERE, ID)).isEmpty();
        assertThat(asIs.<Sample>keyed(null, ELSEWHERE, ID)).isPresent();
    }
}
