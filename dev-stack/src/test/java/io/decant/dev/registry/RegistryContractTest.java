package io.decant.dev.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.decant.dev.DevCluster;
import io.decant.dev.registry.RegistryClient.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tables of {@code docs/registry.md}, call by call over HTTP on a real broker. */
class RegistryContractTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Path PAGE = Path.of("..", "docs", "registry.md");
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private static DevCluster cluster;

    private final Map<String, String> schemas = new LinkedHashMap<>();
    private EmbeddedRegistry registry;

    @BeforeAll
    static void startCluster() {
        cluster = DevCluster.temporary();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @AfterEach
    void stopRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    @TestFactory
    List<DynamicContainer> everyCallIsAnsweredAsThePageSays() throws IOException {
        List<DynamicContainer> chapters = new ArrayList<>();
        List<DynamicTest> rows = new ArrayList<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("### ")) {
                rows = new ArrayList<>();
                String topic = "contract-" + chapters.size();
                rows.add(dynamicTest("an empty topic", () -> startOn(topic)));
                chapters.add(DynamicContainer.dynamicContainer(line.substring(4), rows));
            } else if (line.startsWith("| `") && chapters.isEmpty()) {
                List<String> cells = cells(line);
                schemas.put(cells.get(0), cells.get(1));
            } else if (line.startsWith("| restart")) {
                String topic = "contract-" + (chapters.size() - 1);
                rows.add(dynamicTest("restart", () -> startOn(topic)));
            } else if (line.startsWith("| `")) {
                List<String> row = cells(line);
                rows.add(dynamicTest(row.get(0) + " " + row.get(1), () -> check(row)));
            }
        }
        return chapters;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.substring(1).split("\\|")) {
            cells.add(cell.strip().replaceAll("^`|`$", ""));
        }
        return cells;
    }

    private void startOn(String topic) {
        stopRegistry();
        registry = EmbeddedRegistryTest.registryOn(cluster, topic);
    }

    private void check(List<String> row) throws JsonProcessingException {
        // Given
        String[] call = row.get(0).split(" ");
        String expected = row.get(3);

        // When
        Answer answer = RegistryClient.of(registry).send(call[0], call[1], body(row.get(1)));

        // Then
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(Integer.parseInt(row.get(2)));
        assertThat(answer.contentType()).isEqualTo(CONTENT_TYPE);
        if (answer.status() == 200) {
            assertThat(known(answer.body(), wanted(expected))).isEqualTo(wanted(expected));
        } else {
            assertThat(answer.errorCode()).isEqualTo(Integer.parseInt(expected));
            assertThat(answer.body().get("message").asText()).isNotBlank();
        }
    }

    /** A schema's name stands for a request with its text. */
    private String body(String cell) throws JsonProcessingException {
        if (schemas.containsKey(cell)) {
            return RegistryClient.schemaBody(schemas.get(cell));
        }
        return cell.startsWith("{") ? withTexts(JSON.readTree(cell)).toString() : cell;
    }

    /** A schema's name alone stands for the schema as JSON. */
    private JsonNode wanted(String cell) throws JsonProcessingException {
        String json = schemas.getOrDefault(cell, cell);
        return withTexts(JSON.readTree(json));
    }

    /** The same with texts of schemas in place of their names. */
    private JsonNode withTexts(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("schema").isTextual()) {
            String name = object.get("schema").asText();
            object.put("schema", schemas.getOrDefault(name, name));
        }
        node.forEach(this::withTexts);
        return node;
    }

    /** What was answered, with a star where a star is wanted. */
    private static JsonNode known(JsonNode answered, JsonNode wanted) {
        if (wanted instanceof ObjectNode pattern && answered instanceof ObjectNode object) {
            for (var field : pattern.properties()) {
                if (object.has(field.getKey())) {
                    object.set(field.getKey(), known(object.get(field.getKey()), field.getValue()));
                }
            }
        } else if (wanted.isArray() && answered.size() == wanted.size()) {
            for (int i = 0; i < wanted.size(); i++) {
                known(answered.get(i), wanted.get(i));
            }
        }
        return wanted.equals(TextNode.valueOf("*")) ? wanted : answered;
    }
}
