package io.decant.gateway;

import io.decant.follower.ModelName;
import io.decant.follower.registry.Follow;
import io.decant.follower.reload.ReloadSettings;
import io.decant.gateway.feedback.FeedbackSettings;
import io.decant.gateway.guard.GuardSettings;
import io.decant.gateway.http.HttpSettings;
import io.decant.pipeline.config.Setting;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.monitor.MonitorSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** All settings of a gateway. <i>Immutable.</i> */
public record GatewayConfig(
        ClusterSettings cluster,
        @Setting(doc = "Name of the model to serve.") String model,
        @Setting(
                        doc =
                                "Name of this gateway, its key in gateway-status; the host's name when left out.",
                        otherwise = "")
                Optional<String> id,
        @Setting(
                        doc =
                                "TorchScript files (.pt) of students that may be served, installed by the operator; a version says by SHA-256 which one it needs. Perceptrons need none.",
                        otherwise = "")
                List<Path> students,
        @Setting(
                        doc = "Folder of the last good model, to serve from when Kafka is away.",
                        otherwise = "gateway-data")
                Path dataDir,
        @Setting(
                        doc =
                                "Whether to start while the cluster cannot be used: the gateway then serves the last good model, or is alive but not ready, and keeps trying. When false, such a start fails.",
                        otherwise = "true")
                boolean startOffline,
        @Setting(
                        doc =
                                "Longest wait for the broker and the schema registry, each, in a check.",
                        otherwise = "5s",
                        min = 100)
                Duration clusterPatience,
        @Setting(doc = "Time between two points of metrics.", otherwise = "1s", min = 100)
                Duration metricsInterval,
        @Setting(
                        doc =
                                "Status and dead-letter reports that may wait for Kafka; beyond it the oldest is dropped and counted.",
                        otherwise = "256",
                        min = 1,
                        max = 100_000)
                int queuedReports,
        @Setting(
                        doc =
                                "Which versions to serve: live, those that the model's alias @live names, or newest, every version that the publishing gate did not refuse (a canary). An operator's order is followed in any case.",
                        otherwise = "live")
                Follow follow,
        SignatureSettings signatures,
        HttpSettings http,
        ReloadSettings reload,
        GuardSettings guard,
        FeedbackSettings feedback,
        MonitorSettings monitor) {
    public GatewayConfig {
        students = List.copyOf(students);
        ModelName.check("model", model);
    }
}
