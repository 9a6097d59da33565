package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.decant.gateway.GatewayConfig;
import io.decant.pipeline.config.Configuration;
import io.decant.teacher.TeacherConfig;
import io.decant.trainer.TrainerConfig;
import io.decant.trainer.join.JoinerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifests promise; no cluster has seen them. */
class KubernetesFilesTest {
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "Job");

    private final List<JsonNode> manifests =
            DeploymentFiles.files(
                            DeploymentFiles.HOME.resolve("deploy").resolve("kubernetes"), ".yaml")
                    .stream()
                    .flatMap(file -> DeploymentFiles.documents(file).stream())
                    .toList();
    private final List<JsonNode> workloads =
            manifests.stream()
                    .filter(manifest -> WORKLOADS.contains(manifest.get("kind").asText()))
                    .toList();
    private final List<JsonNode> services =
            workloads.stream()
                    .filter(workload -> !workload.get("kind").asText().equals("Job"))
                    .toList();

    private static String name(JsonNode manifest) {
        return manifest.at("/metadata/name").asText();
    }

    @Test
    void everyServiceIsThereAndMayLoseOnlyOneProcessAtATime() {
        assertThat(services)
                .extracting(KubernetesFilesTest::name)
                .containsExactlyInAnyOrder(
                        "decant-teacher", "decant-joiner", "decant-trainer", "decant-gateway");
        assertThat(manifests)
                .filteredOn(manifest -> manifest.get("kind").asText().equals("PodDisruptionBudget"))
                .extracting(manifest -> manifest.at("/spec/selector/matchLabels/app").asText())
                .containsExactlyInAnyOrder(
                        "decant-teacher", "decant-joiner", "decant-trainer", "decant-gateway");
    }

    @Test
    void everyContainerIsLimitedAndMayNothingThatItDoesNotNeed() {
        for (JsonNode workload : workloads) {
            JsonNode pod = workload.at("/spec/template/spec");
            JsonNode container = pod.at("/containers/0");
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean())
                    .as(name(workload))
                    .isTrue();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText())
                    .isEqualTo("RuntimeDefault");
            assertThat(pod.get("automountServiceAccountToken").asBoolean()).isFalse();
            JsonNode rights = container.get("securityContext");
            assertThat(rights.get("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(rights.get("allowPrivilegeEscalation").asBoolean()).isFalse();
            assertThat(rights.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            for (String kind : List.of("requests", "limits")) {
                assertThat(container.at("/resources/" + kind).properties())
                        .extracting(Map.Entry::getKey)
                        .contains("cpu", "memory");
            }
        }
    }

    @Test
    void everyServiceIsProbedAtItsMonitor() {
        for (JsonNode service : services) {
            JsonNode container = service.at("/spec/template/spec/containers/0");
            Map.of("startupProbe", "/livez", "livenessProbe", "/livez")
                    .forEach(
                            (probe, path) -> {
                                assertThat(container.at("/" + probe + "/httpGet/path").asText())
                                        .as(name(service) + " " + probe)
                                        .isEqualTo(path);
                                assertThat(container.at("/" + probe + "/httpGet/port").asText())
                                        .isEqualTo("monitor");
                            });
            // A gateway's balancer asks whether it may be asked, not whether it lives.
            boolean gateway = name(service).contains("gateway");
            assertThat(container.at("/readinessProbe/httpGet/path").asText())
                    .as(name(service))
                    .isEqualTo(gateway ? "/v2/health/ready" : "/readyz");
            assertThat(container.at("/readinessProbe/httpGet/port").asText())
                    .as(name(service))
                    .isEqualTo(gateway ? "http" : "monitor");
            assertThat(container.get("ports"))
                    .anyMatch(
                            port ->
                                    port.get("name").asText().equals("monitor")
                                            && port.get("containerPort").asInt() == 9400);
        }
    }

    @Test
    void everyMountHasItsVolumeAndSecretsAreOnlyNamed() {
        assertThat(manifests).noneMatch(manifest -> manifest.get("kind").asText().equals("Secret"));
        for (JsonNode workload : workloads) {
            JsonNode pod = workload.at("/spec/template/spec");
            Set<String> volumes =
                    Stream.of(
                                    pod.get("volumes").findValuesAsText("name"),
                                    workload.at("/spec/volumeClaimTemplates")
                                            .findValuesAsText("name"))
                            .flatMap(List::stream)
                            .collect(Collectors.toSet());
            assertThat(pod.at("/containers/0/volumeMounts"))
                    .extracting(mount -> mount.get("name").asText())
                    .as(name(workload))
                    .isSubsetOf(volumes);
        }
    }

    @Test
    void theConfigMapHoldsConfigurationsOfTheServices(@TempDir Path folder) throws IOException {
        // Given
        Map<String, Class<? extends Record>> types =
                Map.of(
                        "teacher.yaml", TeacherConfig.class,
                        "joiner.yaml", JoinerConfig.class,
                        "trainer.yaml", TrainerConfig.class,
                        "gateway.yaml", GatewayConfig.class,
                        "cluster.yaml", ClusterFile.class);
        JsonNode files =
                manifests.stream()
                        .filter(manifest -> manifest.get("kind").asText().equals("ConfigMap"))
                        .findFirst()
                        .orElseThrow()
                        .get("data");
        assertThat(files.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrderElementsOf(types.keySet());

        for (Map.Entry<String, JsonNode> file : files.properties()) {
            // When
            Path written =
                    Files.writeString(folder.resolve(file.getKey()), file.getValue().asText());

            // Then
            assertThat(Configuration.load(written, types.get(file.getKey()), List.of()))
                    .isNotNull();
        }
    }
}
