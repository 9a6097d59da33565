package io.decant.cli;

import static io.decant.cli.DeploymentFiles.HOME;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts are about numbers that there are, and each has an entry in the runbook. */
class AlertRulesTest {
    private static final Pattern NAME = Pattern.compile("decant_[a-z_]+");

    private final List<JsonNode> rules = rules();

    private static List<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        DeploymentFiles.documents(HOME.resolve("deploy/compose/prometheus/rules/decant.yml"))
                .get(0)
                .get("groups")
                .forEach(group -> group.get("rules").forEach(rules::add));
        return rules;
    }

    @Test
    void everyAlertIsAboutMetricsThatServicesShow() throws IOException {
        String catalogue = Files.readString(HOME.resolve("docs/metrics.md"));
        assertThat(rules).isNotEmpty();
        for (JsonNode rule : rules) {
            List<String> names =
                    NAME.matcher(rule.get("expr").asText())
                            .results()
                            .map(MatchResult::group)
                            .toList();
            assertThat(names)
                    .as(rule.get("alert").asText())
                    .allSatisfy(name -> assertThat(catalogue).containsPattern("`" + name + "[`{]"));
        }
    }

    @Test
    void everyAlertHasAnEntryInTheRunbookAndSaysWhich() throws IOException {
        List<String> headings =
                Files.readAllLines(HOME.resolve("docs/runbook.md")).stream()
                        .filter(line -> line.startsWith("## "))
                        .map(line -> line.substring(3))
                        .toList();
        assertThat(headings)
                .containsExactlyElementsOf(
                        rules.stream().map(rule -> rule.get("alert").asText()).toList());
        assertThat(rules)
                .allSatisfy(
                        rule ->
                                assertThat(rule.at("/annotations/runbook").asText())
                                        .isEqualTo(
                                                "docs/runbook.md#"
                                                        + rule.get("alert")
                                                                .asText()
                                                                .toLowerCase(Locale.ROOT)));
    }

    @Test
    void everyAlertSaysHowUrgentItIs() {
        assertThat(rules)
                .extracting(rule -> rule.at("/labels/severity").asText())
                .allSatisfy(severity -> assertThat(Stream.of("page", "ticket")).contains(severity));
    }
}
