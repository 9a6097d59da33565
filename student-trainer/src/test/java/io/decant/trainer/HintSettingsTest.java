package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.hint.Hint;
import io.decant.model.spec.InvalidModelException;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HintSettingsTest {
    private static final String FILE =
            "model.file=../student-model/src/test/resources/students/layered.pt";

    @Test
    void theShapesOfTheStudentsLayersAreFoundInItsFileAndStandInLineage() {
        // Given
        TrainerConfig config =
                config(
                        FILE,
                        "model.executor=plain",
                        "model.input.shape=16",
                        "hints=maps:attention:5,flat:relation:25");
        // When
        TrainerConfig found = config.withScript();
        // Then
        assertThat(found.bits())
                .containsEntry("hints", "maps:attention:5.0:3x2x2,flat:relation:25.0:12");
        assertThat(found.learning().step().hints())
                .containsExactly(
                        Hint.parse("maps:attention:5:3x2x2"), Hint.parse("flat:relation:25:12"));
        assertThat(TrainerConfig.of(config.cluster(), found.bits()).bits()).isEqualTo(found.bits());
    }

    @Test
    void hintsThatCannotBeAreRefusedBeforeTheTrainerStarts() {
        assertThatThrownBy(() -> config("hints=hidden"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("hints: a hint must be LAYER:KIND:WEIGHT")
                .hasMessageContaining("'hidden'");
        assertThatThrownBy(() -> config("hints=hidden:feature:1").learning())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("hints are for students from a TorchScript file");
        assertThatThrownBy(
                        () ->
                                config(FILE, "model.input.shape=16", "hints=deep:feature:1")
                                        .withScript())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("with the layers [deep]");
    }

    private static TrainerConfig config(String... settings) {
        List<String> all = new ArrayList<>();
        all.add("cluster.bootstrap-servers=localhost:9092");
        all.add("cluster.schema-registry-url=http://localhost:8081");
        all.addAll(List.of(settings));
        return Configuration.of(TrainerConfig.class, all);
    }
}
