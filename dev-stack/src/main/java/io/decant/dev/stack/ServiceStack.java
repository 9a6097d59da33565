package io.decant.dev.stack;

import io.decant.gateway.GatewayConfig;
import io.decant.gateway.GatewayService;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.service.Service;
import io.decant.teacher.TeacherConfig;
import io.decant.teacher.TeacherService;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.TrainerService;
import io.decant.trainer.join.JoinerConfig;
import io.decant.trainer.join.JoinerService;
import io.decant.trainer.learn.PredictionListener;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/**
 * All services of one pipeline in this process, started one after the other and stopped in reverse.
 * Settings are {@code KEY=VALUE} with the service's name in front, for example {@code
 * trainer.learning-rate=0.003}; later ones win. <i>Owned by the thread that starts it.</i>
 */
public final class ServiceStack implements AutoCloseable {
    private static final Map<String, Class<? extends Record>> CONFIGURATIONS = configurations();

    private final ClusterSettings cluster;
    private final List<String> settings;
    private final InstantSource clock;
    private final Deque<Service> running = new ArrayDeque<>();

    /**
     * Prepares a stack; nothing is started yet.
     *
     * @throws IllegalArgumentException if a setting does not begin with a service's name
     */
    public ServiceStack(ClusterSettings cluster, List<String> settings, InstantSource clock) {
        this.cluster = cluster;
        this.settings = List.copyOf(settings);
        this.clock = clock;
        for (String setting : settings) {
            if (CONFIGURATIONS.keySet().stream()
                    .noneMatch(service -> setting.startsWith(service + "."))) {
                throw new IllegalArgumentException(
                        "the setting '"
                                + setting
                                + "' does not begin with the name of a service; expected one of "
                                + CONFIGURATIONS.keySet()
                                + " before the first dot");
            }
        }
    }

    public TeacherService teacher() {
        return started(TeacherService.start(configuration("teacher", TeacherConfig.class), clock));
    }

    public JoinerService joiner() {
        return started(JoinerService.start(configuration("joiner", JoinerConfig.class), clock));
    }

    private static Map<String, Class<? extends Record>> configurations() {
        Map<String, Class<? extends Record>> types = new LinkedHashMap<>();
        types.put("teacher", TeacherConfig.class);
        types.put("joiner", JoinerConfig.class);
        types.put("trainer", TrainerConfig.class);
        types.put("gateway", GatewayConfig.class);
        return Collections.unmodifiableMap(types);
    }

    /** Starts the trainer; the listener hears of every prediction. */
    public TrainerService trainer(PredictionListener listener) {
        return trainer(List.of(), listener);
    }

    /**
     * Starts a trainer of another model beside the others.
     *
     * @param changes what differs from the stack's settings: {@code trainer.model.name=other} and
     *     more
     */
    public TrainerService trainer(List<String> changes, PredictionListener listener) {
        TrainerConfig config = configuration("trainer", TrainerConfig.class, changes);
        return started(TrainerService.start(config, clock, listener));
    }

    public GatewayService gateway() {
        return started(GatewayService.start(configuration("gateway", GatewayConfig.class), clock));
    }

    /** The configuration that a service would start with. */
    public <C extends Record> C configuration(String service, Class<C> type) {
        return configuration(service, type, List.of());
    }

    private <C extends Record> C configuration(
            String service, Class<C> type, List<String> changes) {
        List<String> own = new ArrayList<>();
        own.add("cluster.bootstrap-servers=" + cluster.bootstrapServers());
        own.add("cluster.schema-registry-url=" + cluster.schemaRegistryUrl());
        own.add("cluster.prefix=" + cluster.prefix());
        own.add("cluster.sample-partitions=" + cluster.samplePartitions());
        own.add("cluster.model-partitions=" + cluster.modelPartitions());
        cluster.kafka().forEach((key, value) -> own.add("cluster.kafka." + key + "=" + value));
        Stream.concat(settings.stream(), changes.stream())
                .filter(setting -> setting.startsWith(service + "."))
                .map(setting -> setting.substring(service.length() + 1))
                .forEach(own::add);
        return Configuration.of(type, own);
    }

    /** The whole configuration of every service, by service, without secrets. */
    public Map<String, Map<String, String>> effective() {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        CONFIGURATIONS.forEach(
                (service, type) ->
                        all.put(service, Configuration.effective(configuration(service, type))));
        return all;
    }

    private <S extends Service> S started(S service) {
        running.push(service);
        return service;
    }

    /** Why a service stopped by itself, if one did. */
    public Optional<Throwable> failure() {
        for (Service service : running) {
            if (service.ended().isCompletedExceptionally()) {
                try {
                    service.ended().get();
                } catch (ExecutionException | CompletionException failed) {
                    return Optional.of(failed.getCause());
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    return Optional.of(stopped);
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        while (!running.isEmpty()) {
            running.pop().close();
        }
    }
}
