package io.decant.cli.scenario;

import io.decant.cli.run.StackSettings;
import io.decant.cli.run.StreamPredictions;
import io.decant.cli.run.Vigil;
import io.decant.dev.stack.ServiceStack;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayService;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.teacher.TeacherService;
import io.decant.trainer.TrainerService;
import io.decant.trainer.join.JoinerService;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The services of one trial: a trainer for each variant, and one of each other kind. <i>Owned by
 * the main thread</i>, but {@link #learned} may be asked by any.
 */
final class TrialServices implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ServiceStack stack;
    private final Map<Variant, TrainerService> trainers = new LinkedHashMap<>();
    private final Map<Variant, String> models = new LinkedHashMap<>();
    private final Map<Variant, StreamPredictions> predictions = new LinkedHashMap<>();
    private GatewayService gateway;
    private TeacherService teacher;

    private TrialServices(ServiceStack stack) {
        this.stack = stack;
    }

    /**
     * Starts them.
     *
     * @param settings {@code KEY=VALUE} with the service's name in front; later ones win
     * @throws io.decant.cli.CommandFailure when one does not start
     */
    static TrialServices start(
            ClusterSettings cluster, Trial trial, List<String> settings, InstantSource clock)
            throws InterruptedException {
        TrialServices services = new TrialServices(new ServiceStack(cluster, settings, clock));
        try {
            services.start(trial);
            return services;
        } catch (RuntimeException | InterruptedException failed) {
            services.close();
            throw failed;
        }
    }

    private void start(Trial trial) throws InterruptedException {
        for (Variant variant : trial.variants()) {
            StreamPredictions heard = new StreamPredictions(trial.plan());
            predictions.put(variant, heard);
            String model = StackSettings.MODEL + (trainers.isEmpty() ? "" : trainers.size() + 1);
            models.put(variant, model);
            List<String> changes = new ArrayList<>(variant.settings());
            changes.add("trainer.model.name=" + model);
            trainers.put(variant, stack.trainer(changes, heard));
        }
        JoinerService joiner = stack.joiner();
        teacher = stack.teacher();
        gateway = stack.gateway();
        Vigil.started(joiner.running(), "the joiner", PATIENCE);
    }

    ServiceStack stack() {
        return stack;
    }

    /** The model that the gateway serves. */
    TrainerService main() {
        return trainers.values().iterator().next();
    }

    Map<Variant, TrainerService> trainers() {
        return trainers;
    }

    /** Name of a variant's model. */
    String model(Variant variant) {
        return models.get(variant);
    }

    StreamPredictions predictions(Variant variant) {
        return predictions.get(variant);
    }

    /** Whether samples that come now are answered and learned. */
    boolean isReady() {
        return teacher.isAnswering()
                && trainers.values().stream().allMatch(trainer -> trainer.progress().leading());
    }

    /** Samples that every trainer has learned. */
    int learned() {
        return (int)
                trainers.values().stream()
                        .mapToLong(trainer -> trainer.progress().pairs())
                        .min()
                        .orElse(0);
    }

    void stopTeacher() {
        teacher.close();
    }

    void startTeacher() {
        teacher = stack.teacher();
    }

    long served() {
        return gateway.serving().map(ServingModel::version).orElse(0L);
    }

    URI infer() {
        return URI.create(
                "http://127.0.0.1:"
                        + gateway.port()
                        + "/v2/models/"
                        + StackSettings.MODEL
                        + "/infer");
    }

    @Override
    public void close() {
        stack.close();
    }
}
