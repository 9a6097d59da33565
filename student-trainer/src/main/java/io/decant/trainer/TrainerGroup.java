package io.decant.trainer;

import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.service.Service;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Trainers of several models in one process. Each leads or stands by on its own; when one fails,
 * the process is no whole standby any more, so the group has failed. <i>Thread-safe.</i>
 */
public final class TrainerGroup implements Service {
    private final Deque<TrainerService> trainers;
    private final CompletableFuture<Void> ended;

    private TrainerGroup(Deque<TrainerService> trainers) {
        this.trainers = trainers;
        this.ended = firstFailureOrAll(trainers.stream().map(TrainerService::ended).toList());
    }

    /** Completes when all have; exceptionally as soon as one has failed. */
    static CompletableFuture<Void> firstFailureOrAll(List<CompletableFuture<Void>> all) {
        CompletableFuture<Void> failed = new CompletableFuture<>();
        CompletableFuture<?>[] watched =
                all.stream()
                        .map(one -> one.whenComplete((nothing, failure) -> tell(failed, failure)))
                        .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.anyOf(failed, CompletableFuture.allOf(watched))
                .thenAccept(nothing -> {});
    }

    private static void tell(CompletableFuture<Void> failed, Throwable failure) {
        if (failure != null) {
            failed.completeExceptionally(failure);
        }
    }

    /**
     * Checks that the configurations go together, and starts a trainer for each.
     *
     * @throws ConfigurationException when they do not, or one of them is refused
     */
    public static TrainerGroup start(List<TrainerConfig> configs, InstantSource clock) {
        List<String> problems = problems(configs);
        if (!problems.isEmpty()) {
            throw new ConfigurationException("trainer", problems);
        }
        Deque<TrainerService> started = new ArrayDeque<>();
        try {
            configs.forEach(config -> started.push(TrainerService.start(config, clock)));
            TrainerGroup group = new TrainerGroup(new ArrayDeque<>(started));
            started.clear();
            return group;
        } finally {
            started.forEach(TrainerService::close);
        }
    }

    /** Why these trainers cannot share a process; empty when they can. */
    static List<String> problems(List<TrainerConfig> configs) {
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (TrainerConfig config : configs) {
            if (!names.add(config.model().name())) {
                problems.add(
                        "model.name must be another in each file, was '"
                                + config.model().name()
                                + "' twice");
            }
        }
        if (configs.stream().map(TrainerConfig::cluster).distinct().count() > 1) {
            problems.add(
                    "cluster must be the same in each file of one process; start a process for each"
                            + " cluster");
        }
        if (configs.stream().map(TrainerConfig::threads).distinct().count() > 1) {
            problems.add(
                    "threads must be the same in each file, because a process has one engine; it was "
                            + configs.stream().map(TrainerConfig::threads).distinct().toList());
        }
        return problems;
    }

    /** One order pauses the trainers of all models. */
    @Override
    public Optional<String> paused() {
        return trainers.stream().map(TrainerService::paused).flatMap(Optional::stream).findFirst();
    }

    @Override
    public CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void close() {
        // All end their turns at the same time; then each is waited for.
        trainers.forEach(TrainerService::stop);
        trainers.forEach(TrainerService::close);
    }
}
