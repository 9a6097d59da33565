package io.decant.cli;

import static io.decant.cli.DeploymentFiles.HOME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What docker-compose.yml promises, and that all it mounts can be read. */
class ComposeFileTest {
    private static final Path FOLDER = HOME.resolve("deploy").resolve("compose");
    private static final Set<String> DONE_ONCE = Set.of("topics", "keys", "teacher-file");

    private final JsonNode compose =
            DeploymentFiles.documents(HOME.resolve("docker-compose.yml")).get(0);
    private final JsonNode services = compose.get("services");

    @Test
    void theWholePipelineIsThereWithAStandbyAndTwoGateways() {
        assertThat(services.properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(
                        "broker",
                        "registry",
                        "topics",
                        "keys",
                        "teacher-file",
                        "teacher",
                        "joiner",
                        "trainer",
                        "trainer-standby",
                        "gateway-1",
                        "gateway-2",
                        "prometheus",
                        "grafana");
    }

    @Test
    void nothingIsPublishedBeyondThisMachine() {
        DeploymentFiles.each(
                services,
                service -> {
                    service.getValue()
                            .path("ports")
                            .forEach(
                                    port ->
                                            assertThat(port.asText())
                                                    .as(service.getKey())
                                                    .startsWith("127.0.0.1:"));
                    assertThat(service.getValue().has("network_mode")).isFalse();
                });
    }

    @Test
    void everyContainerIsLimitedAndMayBecomeNothingMore() {
        DeploymentFiles.each(
                services,
                service -> {
                    assertThat(service.getValue().properties())
                            .as(service.getKey())
                            .extracting(Map.Entry::getKey)
                            .contains("mem_limit", "cpus", "pids_limit");
                    assertThat(service.getValue().get("security_opt").get(0).asText())
                            .as(service.getKey())
                            .isEqualTo("no-new-privileges:true");
                });
    }

    @Test
    void ourContainersWriteOnlyToVolumesAndHaveNoCapabilities() throws IOException {
        DeploymentFiles.each(
                services,
                service -> {
                    if (service.getValue().get("image").asText().contains("DECANT_IMAGE")) {
                        assertThat(service.getValue().get("read_only").asBoolean())
                                .as(service.getKey())
                                .isTrue();
                        assertThat(service.getValue().get("cap_drop").get(0).asText())
                                .as(service.getKey())
                                .isEqualTo("ALL");
                    }
                });
        assertThat(Files.readString(HOME.resolve("Dockerfile")))
                .containsPattern("(?m)^USER [1-9]\\d*:[1-9]\\d*$");
    }

    @Test
    void whatStaysIsCheckedAndRestartedAndWhatIsDoneOnceIsWaitedFor() {
        DeploymentFiles.each(
                services,
                service -> {
                    boolean once = DONE_ONCE.contains(service.getKey());
                    assertThat(service.getValue().get("restart").asText())
                            .as(service.getKey())
                            .isEqualTo(once ? "no" : "unless-stopped");
                    assertThat(service.getValue().has("healthcheck"))
                            .as(service.getKey())
                            .isNotEqualTo(once);
                    DeploymentFiles.each(
                            service.getValue().path("depends_on"),
                            other ->
                                    assertThat(other.getValue().get("condition").asText())
                                            .as(service.getKey() + " after " + other.getKey())
                                            .isEqualTo(
                                                    DONE_ONCE.contains(other.getKey())
                                                            ? "service_completed_successfully"
                                                            : "service_healthy"));
                });
    }

    @Test
    void oldAndNewComposeUnderstandTheFile() {
        // Given keys that one of the two does not know
        List<String> unknownToOne = List.of("version", "name", "include", "configs", "secrets");

        // When and then
        assertThat(compose.properties())
                .extracting(Map.Entry::getKey)
                .doesNotContainAnyElementsOf(unknownToOne);
        DeploymentFiles.each(
                services,
                service ->
                        assertThat(service.getValue().properties())
                                .extracting(Map.Entry::getKey)
                                .doesNotContain("deploy", "develop", "extends", "profiles"));
    }

    @Test
    void everyMountIsAFileThatIsThereOrAVolumeThatIsDeclared() {
        DeploymentFiles.each(
                services,
                service ->
                        service.getValue()
                                .path("volumes")
                                .forEach(
                                        mount -> {
                                            String from = mount.asText().split(":")[0];
                                            if (from.startsWith("./")) {
                                                assertThat(HOME.resolve(from)).exists();
                                                assertThat(mount.asText()).endsWith(":ro");
                                            } else {
                                                assertThat(compose.get("volumes").has(from))
                                                        .as(from)
                                                        .isTrue();
                                            }
                                        }));
    }

    @Test
    void theMountedFilesAreConfigurationsOfTheirServices() {
        Map.of(
                        "teacher", TeacherConfig.class,
                        "joiner", JoinerConfig.class,
                        "trainer", TrainerConfig.class,
                        "gateway", GatewayConfig.class,
                        "cluster", ClusterFile.class)
                .forEach(
                        (name, type) ->
                                assertThat(
                                                Configuration.load(
                                                        FOLDER.resolve(name + ".yaml"),
                                                        type,
                                                        List.of()))
                                        .isNotNull());
    }

    @Test
    void prometheusAsksEveryServiceAtItsMonitor() {
        JsonNode scraped =
                DeploymentFiles.documents(FOLDER.resolve("prometheus/prometheus.yml"))
                        .get(0)
                        .at("/scrape_configs/0/static_configs/0/targets");
        assertThat(scraped)
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrder(
                        "teacher:9400",
                        "joiner:9400",
                        "trainer:9400",
                        "trainer-standby:9400",
                        "gateway-1:9400",
                        "gateway-2:9400");
    }

    @Test
    void dashboardsAskOnlyForMetricsThatThereAre() throws IOException {
        // Given the names in the generated page
        Set<String> known = names(Files.readString(HOME.resolve("docs").resolve("metrics.md")));

        for (Path dashboard : DeploymentFiles.files(FOLDER.resolve("grafana"), ".json")) {
            // When a dashboard's questions are collected
            JsonNode panels = new ObjectMapper().readTree(dashboard.toFile()).get("panels");
            String asked =
                    panels.findValuesAsText("expr").stream().collect(Collectors.joining("\n"));

            // Then there is one, and each name in them is known
            assertThat(names(asked)).as(dashboard.toString()).isNotEmpty().isSubsetOf(known);
        }
    }

    private static Set<String> names(String text) {
        return Pattern.compile("decant_[a-z_]+")
                .matcher(text)
                .results()
                .map(result -> result.group())
                .collect(Collectors.toSet());
    }
}
