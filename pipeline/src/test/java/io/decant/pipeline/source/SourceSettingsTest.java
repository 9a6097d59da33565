package io.decant.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSettingsTest {
    private static final String MAPPED =
            "samples.topic=orders samples.features=/x samples.dtype=f32 samples.shape=3";

    private static SourceSettings settings(String settings) {
        return Configuration.of(
                SourceSettings.class,
                settings.isEmpty() ? List.of() : List.of(settings.split(" ")));
    }

    @Test
    void everyDefaultIsWrittenDown() {
        assertThat(Configuration.effective(settings("")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.ofEntries(
                                Map.entry("partitioning", "by-id"),
                                Map.entry("probe-records", "20"),
                                Map.entry("share", "1.0"),
                                Map.entry("seed", "0"),
                                Map.entry("samples.topic", ""),
                                Map.entry("samples.format", "json"),
                                Map.entry("samples.id", "key"),
                                Map.entry("samples.features", ""),
                                Map.entry("samples.dtype", ""),
                                Map.entry("samples.shape", ""),
                                Map.entry("samples.time", ""),
                                Map.entry("samples.label", ""),
                                Map.entry("samples.classes", ""),
                                Map.entry("labels.topic", ""),
                                Map.entry("labels.format", "json"),
                                Map.entry("labels.id", "key"),
                                Map.entry("labels.label", ""),
                                Map.entry("labels.classes", ""),
                                Map.entry("labels.time", "")));
    }

    @Test
    void whatIsNotMappedIsReadFromDecantsOwnTopics() {
        // When
        SourceSettings own = settings("");

        // Then
        assertThat(own.name(Topic.SAMPLES, Topics.DEFAULT)).isEqualTo("decant.samples");
        assertThat(own.name(Topic.LABELS, Topics.DEFAULT)).isEqualTo("decant.labels");
        assertThat(own.own(List.of(Topic.SAMPLES, Topic.LABELS)))
                .containsExactly(Topic.SAMPLES, Topic.LABELS);
    }

    @Test
    void labelsThatComeWithTheirSamplesAreInTheSamplesTopic() {
        // When
        SourceSettings together = settings(MAPPED + " samples.label=/y");

        // Then
        assertThat(together.name(Topic.LABELS, Topics.DEFAULT)).isEqualTo("orders");
        assertThat(together.own(List.of(Topic.SAMPLES, Topic.LABELS, Topic.SOFT_TARGETS)))
                .containsExactly(Topic.SOFT_TARGETS);
        assertThat(together.labelsAreMapped()).isTrue();
    }

    @Test
    void attributesAreNamedFreely() {
        assertThat(settings(MAPPED + " samples.attributes.camera=/meta/camera").samples())
                .satisfies(
                        samples ->
                                assertThat(samples.attributes())
                                        .containsEntry("camera", "/meta/camera"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "samples.topic=orders | samples: topic, features, dtype and shape are given together, missing: features, dtype, shape",
                "samples.label=/y | samples: topic, features, dtype and shape are given together, missing: topic, features, dtype, shape",
                "labels.topic=facts | labels: topic and label are given together, missing: label",
                "partitioning=as-is | partitioning must be by-id unless samples.topic is given",
                "probe-records=-1 | probe-records must be between 0 and 10000",
                "samples.featurs=/x | unknown key samples.featurs; did you mean samples.features?",
                MAPPED + " samples.id=id | samples: id must be a JSON Pointer such as /features",
                MAPPED
                        + " samples.attributes.camera=camera | samples: attributes.camera must be a JSON Pointer",
                MAPPED + " samples.shape=0 | samples.shape must be at least 1, was '0'",
                MAPPED
                        + " samples.shape=65536,65536 | samples: shape must have at most 16777216 elements",
                MAPPED + " samples.classes=a,b | samples: label is missing",
                MAPPED
                        + " samples.label=/y samples.classes=a,a | samples: classes must hold each name once",
                MAPPED
                        + " samples.label=/y labels.topic=facts labels.label=/y | samples.label and labels.topic are both given",
                MAPPED
                        + " labels.topic=orders labels.label=/y | labels.topic is samples.topic; for labels in their samples' records"
            })
    void whatDoesNotGoTogetherIsSaidAtStart(String settings, String sentence) {
        assertThatThrownBy(() -> settings(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(sentence);
    }
}
