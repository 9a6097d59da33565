package io.decant.teacher;

import io.decant.follower.ModelFollower;
import io.decant.teacher.followed.FollowedStudent;
import io.decant.teacher.followed.FollowedVersions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The models of the registry that a teacher process follows: none unless its settings name one.
 * <i>Thread-safe.</i>
 */
final class FollowedModels implements AutoCloseable {
    private final TeacherConfig config;
    private final List<ModelFollower> followers = new ArrayList<>();

    private FollowedModels(TeacherConfig config) {
        this.config = config;
    }

    /**
     * Begins to follow.
     *
     * @throws io.decant.pipeline.config.ConfigurationException if a key or a student cannot be read
     */
    static FollowedModels start(TeacherConfig config, InstantSource clock) {
        FollowedModels models = new FollowedModels(config);
        try {
            for (String model : config.followedModels()) {
                models.followers.add(
                        ModelFollower.start(
                                "teacher",
                                config.follow(),
                                config.cluster(),
                                model,
                                config.transactionalId() + "-follows-" + model,
                                config.stopPatience(),
                                clock));
            }
            return models;
        } catch (RuntimeException notStarted) {
            models.close();
            throw notStarted;
        }
    }

    private ModelFollower of(String model) {
        return followers.stream()
                .filter(follower -> follower.model().equals(model))
                .findFirst()
                .orElseThrow();
    }

    /** The student whose opinion the budget asks for. */
    Optional<FollowedStudent> student() {
        return config.budget().model().map(this::student);
    }

    private FollowedStudent student(String model) {
        ModelFollower follower = of(model);
        return new FollowedStudent(model, follower.slot(), follower::newestMetrics);
    }

    /** The versions of the model that is the teacher. */
    Optional<FollowedVersions> teachers() {
        return config.teacher()
                .model()
                .map(
                        model ->
                                new FollowedVersions(
                                        model,
                                        of(model).slot(),
                                        config.encoding(),
                                        config.batch().size()));
    }

    /** One for each follower: completes exceptionally when it failed. */
    List<CompletableFuture<Void>> ended() {
        return followers.stream().map(ModelFollower::ended).toList();
    }

    @Override
    public void close() {
        followers.forEach(ModelFollower::close);
    }
}
