package io.decant.topics;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "run-000017",
                "digits",
                "Ünïcödé",
                "図書館",
                "🙂",
                "a longer key, with spaces"
            })
    void aKeyGoesWhereKafkasJavaProducerSendsIt(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);

        for (int partitions : List.of(1, 3, 4, 7, 1000)) {
            Topics topics = new Topics("decant.", partitions, partitions);
            int expected = BuiltInPartitioner.partitionForKey(bytes, partitions);
            assertThat(topics.samplePartition(key)).isEqualTo(expected);
            assertThat(topics.modelPartition(key)).isEqualTo(expected);
        }
    }

    /** Hashes as published in Kafka's own tests; a client in another language has these too. */
    @ParameterizedTest
    @CsvSource({
        "21, -973932308",
        "foobar, -790332482",
        "a-little-bit-long-string, -985981536",
        "abc, 479470107"
    })
    void aKeysPartitionIsItsMurmur2WithoutTheSignModuloTheCount(String key, int murmur2) {
        Topics topics = new Topics("decant.", 1000, 7);

        assertThat(topics.samplePartition(key)).isEqualTo((murmur2 & 0x7fffffff) % 1000);
        assertThat(topics.modelPartition(key)).isEqualTo((murmur2 & 0x7fffffff) % 7);
    }

    @Test
    void topicsKeyedBySampleHaveOnePartitionCountAndThoseKeyedByModelAnother() {
        Topics topics = new Topics("x.", 6, 2);

        assertThat(Arrays.stream(Topic.values()).filter(t -> topics.partitions(t) == 6))
                .containsExactly(
                        Topic.SAMPLES,
                        Topic.SOFT_TARGETS,
                        Topic.LABELS,
                        Topic.TRAINING_PAIRS,
                        Topic.DEAD_LETTERS);
        assertThat(topics.name(Topic.SOFT_TARGETS)).isEqualTo("x.soft-targets");
    }

    @Test
    void whatIsCompactedIsCleanedEagerlyAndTheRestIsKeptForATime() {
        assertThat(Topics.DEFAULT.configuration(Topic.SAMPLES))
                .containsOnly(entry("cleanup.policy", "delete"), entry("retention.ms", "86400000"));
        assertThat(Topics.DEFAULT.configuration(Topic.MODEL_WEIGHTS))
                .containsEntry("cleanup.policy", "compact")
                .containsEntry("segment.bytes", "8388608")
                .doesNotContainKey("retention.ms");
    }

    @Test
    void lineageIsKeptLongerThanTheJournal() {
        assertThat(Topic.LINEAGE.cleanup().retention().orElseThrow())
                .isGreaterThan(Topic.TRAINING_PAIRS.cleanup().retention().orElseThrow());
    }

    @Test
    void impossibleTopicsAreRefused() {
        assertThatThrownBy(() -> new Topics("decant.", 0, 4))
                .hasMessage("a topic must have at least 1 partition, was 0 and 4");
        assertThatThrownBy(() -> new Topics("de cant", 4, 4))
                .hasMessageContaining("a topic prefix must be")
                .hasMessageContaining("'de cant'");
    }
}
