package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.loss.Dist;
import io.decant.model.loss.Dkd;
import io.decant.model.loss.Jsd;
import io.decant.model.loss.Kd;
import io.decant.model.loss.LogitMse;
import io.decant.model.loss.LogitStandardisation;
import io.decant.model.loss.ReverseKl;
import io.decant.model.loss.TeacherLoss;
import io.decant.model.spec.InvalidModelException;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossChoiceTest {
    @Test
    void everyNameIsALossAndItsNumbersReachIt() {
        // Given
        Map<String, TeacherLoss> losses =
                Map.of(
                        "kd", new Kd(),
                        "logit-standardisation", new LogitStandardisation(),
                        "dkd", new Dkd(4),
                        "dist", new Dist(1, 0.5),
                        "mse", new LogitMse(),
                        "reverse-kl", new ReverseKl(),
                        "jsd", new Jsd());
        assertThat(LossChoice.values()).hasSize(losses.size());
        losses.forEach(
                (name, loss) -> {
                    // When
                    TrainerConfig config =
                            config(
                                    "loss=" + name,
                                    "temperature=1",
                                    "dkd.beta=4",
                                    "dist.inter=1",
                                    "dist.intra=0.5");
                    // Then
                    assertThat(config.learning().step().loss()).isEqualTo(loss);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loss=mse temperature=3 | loss mse compares logits before any softening, and temperature is 3.0",
                "loss=dkd alpha=1 trust.enabled=false | with alpha 1.0 no pair teaches a label",
                "loss=dkd alpha=0 | with alpha 0.0 no pair teaches both",
                "loss=dist dist.inter=0 dist.intra=0 | loss dist has nothing to teach",
                "loss=logit-standardisation initial-weights=zeros | divides by the spread of the student's logits",
            })
    void aCombinationThatMeansNothingIsRefusedWithTheReason(String settings, String reason) {
        assertThatThrownBy(() -> config(settings.split(" ")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void aLossThatTwoClassesLeaveNothingToSayIsRefusedBeforeTheTrainerStarts() {
        TrainerConfig config = config("loss=dkd", "model.dims=784,16,2");
        assertThatThrownBy(config::learning)
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("at least 3 classes, and the model has 2");
    }

    private static TrainerConfig config(String... settings) {
        List<String> all = new ArrayList<>();
        all.add("cluster.bootstrap-servers=localhost:9092");
        all.add("cluster.schema-registry-url=http://localhost:8081");
        all.addAll(List.of(settings));
        return Configuration.of(TrainerConfig.class, all);
    }
}
