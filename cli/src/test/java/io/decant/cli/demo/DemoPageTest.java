package io.decant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.page.Lineages;
import io.decant.cli.page.PageHtml;
import io.decant.cli.run.RunWatch;
import io.decant.follower.reload.ServingSlot.Swap;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.records.Lineage;
import io.decant.records.TeacherCard;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class DemoPageTest {
    private static final ModelSpec SPEC =
            ModelSpec.mlp(
                    List.of(6, 5, 3), new InputSpec(DType.U8, List.of(2, 3), 1.0 / 255, 0.4, 0.3));

    @Test
    void thePageHasEverySectionAndTheReportsNumbers() {
        // When
        Document page = page(report(0.9, 2000, 0.8123), Optional.of(Path.of("my run")));
        // Then
        assertThat(page.select("main section").eachAttr("id"))
                .containsExactly(
                        "result", "curves", "versions", "model", "limits", "settings", "again");
        assertThat(page.selectFirst(".verdict").text())
                .isEqualTo(
                        "The student classifies 96.25 % of the test samples right, 6.25 points above the same student without a teacher; it was served in 2 reloads, and of 1,234 requests none failed.");
        assertThat(page.selectFirst(".verdict").classNames()).contains("good");
        Map<String, String> whole = facts(page.selectFirst("#result details"));
        assertThat(whole)
                .containsEntry("holdoutAccuracy", "0.9625")
                .containsEntry("labelsOnlyHoldoutAccuracy", "0.9")
                .containsEntry("prequentialAccuracy", "0.8123")
                .containsEntry("freshnessP99Millis", "950")
                .containsEntry("servedWeightsSha256", "ee")
                .hasSize(Report.class.getRecordComponents().length);
        assertThat(page.select(".figures").text()).contains("96.25 %", "81.23 %", "450 ms");
        assertThat(page.select("#result > .table tbody tr").get(1).text())
                .isEqualTo("student 96.25 % 53 212 1.5");
        assertThat(page.selectFirst("code").text())
                .isEqualTo("decant replay --verify --all --data-dir 'my run'");
    }

    @Test
    void theCardTellsWhatIsKnownOfTheModelItsDataAndItsTeacher() {
        // When
        Document page = page(report(0.9, 2000, 0.8123), Optional.empty());
        // Then
        Map<String, String> card = facts(page.selectFirst("#model"));
        assertThat(card)
                .containsEntry("model", "student, version 2")
                .containsEntry("parameters", "53")
                .containsEntry("dims", "[6,5,3]")
                .containsEntry("input.dtype", "u8")
                .containsEntry("versions", "1 to 2")
                .containsEntry("partition 1", "offsets 0 to 19, 20 records")
                .containsEntry("gaps", "none")
                .containsEntry("processor", "processor");
        assertThat(page.select("#model").text()).contains("training samples 0 to 99");
        assertThat(page.select("#settings details summary").eachText()).containsExactly("trainer");
        assertThat(facts(page.selectFirst("#settings details")))
                .containsEntry("learning-rate", "0.003");
        assertThat(facts(page.selectFirst("#settings > .table")))
                .containsEntry(
                        "settings", "gateway.cluster.kafka.ssl.key.password=***, trainer.seed=4");
        assertThat(page.select("#again").text()).contains("temporary folder");
    }

    @Test
    void withoutLabelsNothingIsMadeUp() {
        // When
        Document page = page(report(null, 0, null), Optional.empty());
        // Then
        assertThat(page.selectFirst(".verdict").text()).doesNotContain("points", "null");
        assertThat(facts(page.selectFirst("#result details")))
                .containsEntry("prequentialAccuracy", "null");
        assertThat(page.select(".figures").text()).contains("needs 1,000 labels");
        assertThat(page.select("#limits").text()).contains("no label was produced");
    }

    @Test
    void curvesOverTimeBeginAtTheFirstSample() {
        // When
        Document page = page(report(0.9, 2000, 0.8123), Optional.empty());
        // Then
        assertThat(page.select("figure canvas").eachAttr("id"))
                .containsExactly(
                        "accuracy",
                        "accuracy-cumulative",
                        "loss",
                        "freshness",
                        "bytes",
                        "versions-over-time");
        assertThat(page.select("#chart-freshness tbody tr").eachText())
                .containsExactly("1.5 s 400 ms 700 ms");
        assertThat(page.select("#chart-bytes tbody tr").eachText())
                .containsExactly("1.0 s 100 B 5,000 B", "2.0 s 100 B");
        assertThat(page.select("#chart-versions-over-time tbody tr").eachText())
                .containsExactly("1.0 s 1", "1.5 s 1", "2.0 s 2", "2.5 s 2");
    }

    private static Document page(Report report, Optional<Path> dataDir) {
        RunWatch.View seen = new RunWatch.View();
        for (long version = 1; version <= 2; version++) {
            Lineage lineage =
                    Lineages.version(
                            version,
                            Map.of("pairs_learned", 32.0 * version, "student_steps", 1.0),
                            Map.of(
                                    "prequential_accuracy_sliding_student", 0.5,
                                    "prequential_accuracy_student", 0.5,
                                    "loss_teacher_nats", 1.0,
                                    "loss_label_nats", 2.0));
            seen.lineage(lineage);
            seen.version(Lineages.manifest(lineage), 0);
        }
        seen.teacher(
                new TeacherCard(
                        "teacher",
                        Lineages.digest(9),
                        10L,
                        3,
                        "{}",
                        Lineages.digest(8),
                        0L,
                        100L,
                        0.98,
                        0.0,
                        0L,
                        "",
                        0L));
        long start = Lineages.START_MILLIS;
        DemoPage.Facts facts =
                new DemoPage.Facts(
                        report,
                        options(dataDir),
                        List.of(
                                new ClosingTable.Row("teacher", 0.98, null, 10, 2),
                                new ClosingTable.Row("student", 0.9625, 53L, 212, 1.5)),
                        SPEC,
                        seen,
                        List.of(
                                new Swap(1, start + 1500, 5000, false),
                                new Swap(2, start + 2500, 100, false)),
                        List.of(new Freshness.OfSwap(start + 1500, 400, 700)),
                        80,
                        start,
                        Instant.EPOCH);
        return Jsoup.parse(
                PageHtml.of(
                        DemoPage.of(
                                facts,
                                Map.of("seed", "1"),
                                Map.of("trainer", Map.of("learning-rate", "0.003")))));
    }

    private static DemoOptions options(Optional<Path> dataDir) {
        return new DemoOptions(
                Path.of("x"),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                1,
                0,
                0,
                true,
                OptionalDouble.empty(),
                1,
                Optional.empty(),
                Optional.empty(),
                dataDir,
                List.of("gateway.cluster.kafka.ssl.key.password=secret", "trainer.seed=4"));
    }

    private static Report report(Double shadow, int labels, Double prequential) {
        return new Report(
                "digits",
                2000,
                labels,
                prequential,
                0.82,
                0.9625,
                0.98,
                shadow,
                0.97,
                2,
                2,
                1234,
                0,
                450L,
                950L,
                1999.5,
                12.5,
                36.0,
                100.0,
                "ee",
                "ee",
                true,
                "none",
                0);
    }

    /** Rows of two cells. */
    private static Map<String, String> facts(Element of) {
        Map<String, String> facts = new LinkedHashMap<>();
        for (Element row : of.select("tbody tr")) {
            if (row.childrenSize() == 2) {
                facts.put(row.child(0).text(), row.child(1).text());
            }
        }
        return facts;
    }
}
