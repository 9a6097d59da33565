package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.scenario.Asked;
import io.decant.cli.scenario.ScenarioOptions;
import io.decant.cli.scenario.ScenarioRun;
import io.decant.it.harness.GeneratedDataset;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios through the whole pipeline, on data of another shape and class count than MNIST's. */
class ScenarioIT {
    private static final int CLASSES = 5;
    private static final double CHANCE = 1.0 / CLASSES;
    private static final int TRAINING = 4000;
    private static final int STREAMED = TRAINING / 2;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private JsonNode run(String scenario, Path folder) throws Exception {
        Path dataset = new GeneratedDataset(9, 14, CLASSES, 120, 5).write(folder, TRAINING, 300);
        Path report = folder.resolve("report.json");
        ScenarioOptions options =
                new ScenarioOptions(
                        scenario,
                        dataset,
                        Optional.empty(),
                        List.of(2L),
                        new Asked(
                                OptionalInt.empty(),
                                OptionalDouble.empty(),
                                List.of(),
                                List.of(),
                                List.of(),
                                300),
                        Optional.of(report),
                        Optional.of(folder.resolve("page.html")),
                        List.of());
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
                ScenarioRun run = new ScenarioRun(options, folder, out, InstantSource.system())) {
            run.run();
        }
        return new ObjectMapper().readTree(report.toFile());
    }

    private static JsonNode figure(JsonNode report, String row, String figure) {
        return elements(report.path("rows"))
                .filter(each -> each.path("name").asText().equals(row))
                .flatMap(each -> elements(each.path("figures")))
                .filter(each -> each.path("figure").asText().equals(figure))
                .findFirst()
                .orElseThrow()
                .path("bySeed")
                .path(0);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    @Test
    void aDriftIsLearnedSeenAndToldOf(@TempDir Path folder) throws Exception {
        // When: four segments, each of 500 samples, with and without rehearsal at once
        JsonNode report = run("drift", folder);

        // Then: both students learned, and the one that rehearses kept the first domain no worse
        String rehearsal = "drift, rehearsal";
        String none = "drift, no rehearsal";
        assertThat(figure(report, rehearsal, "prequential").asDouble()).isGreaterThan(2 * CHANCE);
        assertThat(figure(report, none, "prequential").asDouble()).isGreaterThan(2 * CHANCE);
        assertThat(figure(report, rehearsal, "oldDomain").asDouble())
                .isGreaterThanOrEqualTo(figure(report, none, "oldDomain").asDouble());
        assertThat(figure(report, rehearsal, "holdout").asDouble()).isGreaterThan(3 * CHANCE);
        // Then: the report, the page and the words say so
        assertThat(report.path("samples").asInt()).isEqualTo(STREAMED);
        assertThat(report.path("curves").fieldNames()).toIterable().contains(rehearsal, none);
        assertThat(folder.resolve("page.html")).isNotEmptyFile();
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("seed 2")
                .contains(report.path("shows").asText());
    }

    @Test
    void whileTheTeacherIsAwayNothingIsLost(@TempDir Path folder) throws Exception {
        // When: the middle third of the stream comes without a teacher
        JsonNode report = run("teacher-outage", folder);

        // Then: what had waited was answered and learned after its return
        assertThat(figure(report, "teacher away", "lost").asInt()).isZero();
        assertThat(figure(report, "teacher away", "catchUp").asDouble()).isPositive();
        assertThat(figure(report, "teacher away", "prequential").asDouble())
                .isGreaterThan(2 * CHANCE);
        assertThat(figure(report, "teacher always there", "catchUp").isNull()).isTrue();
    }
}
