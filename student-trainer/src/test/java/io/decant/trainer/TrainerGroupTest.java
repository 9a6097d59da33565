package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class TrainerGroupTest {
    @Test
    void aGroupFailsAsSoonAsOneOfItsTrainersFails() {
        // Given
        CompletableFuture<Void> one = new CompletableFuture<>();
        CompletableFuture<Void> two = new CompletableFuture<>();
        CompletableFuture<Void> ended = TrainerGroup.firstFailureOrAll(List.of(one, two));
        IllegalStateException failure = new IllegalStateException("damaged");
        // When
        two.completeExceptionally(failure);
        // Then
        assertThat(ended).isDone();
        assertThatThrownBy(ended::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    }

    @Test
    void aGroupHasEndedWhenAllOfItsTrainersHave() {
        // Given
        CompletableFuture<Void> one = new CompletableFuture<>();
        CompletableFuture<Void> two = new CompletableFuture<>();
        CompletableFuture<Void> ended = TrainerGroup.firstFailureOrAll(List.of(one, two));
        // When, Then
        one.complete(null);
        assertThat(ended).isNotDone();
        two.complete(null);
        assertThat(ended).isCompletedWithValue(null);
    }

    @Test
    void modelsOfOneClusterAndOneThreadCountShareAProcess() {
        assertThat(TrainerGroup.problems(List.of(config(), config("model.name=other")))).isEmpty();
        assertThat(TrainerGroup.problems(List.of(config(), config()))).hasSize(1);
        assertThat(
                        TrainerGroup.problems(
                                List.of(config(), config("model.name=other", "cluster.prefix=x."))))
                .hasSize(1);
    }

    private static TrainerConfig config(String... settings) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "cluster.bootstrap-servers=localhost:9092",
                                "cluster.schema-registry-url=http://localhost:8081"));
        all.addAll(List.of(settings));
        return Configuration.of(TrainerConfig.class, all);
    }
}
