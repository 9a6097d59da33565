package io.decant.cli.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.decant.cli.page.Chart.Axis;
import io.decant.cli.page.Chart.Look;
import io.decant.cli.page.Chart.Point;
import io.decant.cli.page.Chart.Series;
import io.decant.cli.page.RunPage.Figure;
import io.decant.cli.page.RunPage.Section;
import io.decant.cli.page.RunPage.Tone;
import io.decant.model.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

class PageHtmlTest {
    private static final String HOSTILE =
            "</script><img src=x onerror=alert(1)><!-- \" ' & {{title}} {{{title}}}";

    @Test
    void thePageLoadsNothingFromElsewhere() {
        // When
        Document page = parsed(page("a run", "a curve", 3));
        // Then nothing refers to another file, and the only links lead into the page
        assertThat(page.select("[src], link, iframe, object, embed, base, form")).isEmpty();
        assertThat(page.select("[style], [onclick], [onload], [onerror]")).isEmpty();
        assertThat(page.select("a[href]").eachAttr("href")).allMatch(href -> href.startsWith("#"));
        assertThat(page.select("style").html()).doesNotContain("url(", "@import");
        assertThat(policy(page)).startsWith("default-src 'none'; ");
    }

    @Test
    void thePolicyAllowsTheScriptsAndTheStyleThatAreInThePageAndNoOthers() {
        // When
        Document page = parsed(page("a run", "a curve", 3));
        // Then
        List<Element> running = page.select("script:not([type=application/json])");
        assertThat(running).hasSize(2);
        assertThat(policy(page))
                .isEqualTo(
                        "default-src 'none'; script-src "
                                + hash(running.get(0).data())
                                + " "
                                + hash(running.get(1).data())
                                + "; style-src "
                                + hash(page.selectFirst("style").data()));
        assertThat(running.get(0).data())
                .as("the library comes with its licence")
                .contains("The MIT License", "Permission is hereby granted");
    }

    @Test
    void textThatLooksLikeMarkupStaysText() throws Exception {
        // When every text of the page is hostile
        Document page = parsed(page(HOSTILE, HOSTILE, 3));
        // Then no element came of it, and it reads as it was given
        assertThat(page.select("img")).isEmpty();
        assertThat(page.select("script")).hasSize(3);
        assertThat(page.title()).isEqualTo(HOSTILE);
        assertThat(page.selectFirst("h1").text()).isEqualTo(HOSTILE);
        assertThat(page.selectFirst(".verdict").text()).isEqualTo(HOSTILE);
        assertThat(page.selectFirst(".figures dt").text()).isEqualTo(HOSTILE);
        assertThat(page.selectFirst("code").text()).isEqualTo(HOSTILE);
        assertThat(page.selectFirst("#facts td").text()).isEqualTo(HOSTILE);
        assertThat(page.selectFirst("canvas").attr("aria-label")).contains(HOSTILE);
        assertThat(data(page).get(0).at("/series/0/name").asText()).isEqualTo(HOSTILE);
    }

    @Test
    void aGapIsNullForTheCurveAndADashInItsTableNeverZero() throws Exception {
        // When the second of three values was not measured
        Document page = parsed(page("a run", "a curve", 3));
        // Then
        JsonNode points = data(page).get(0).at("/series/0/points");
        assertThat(points.get(1).get("y").isNull()).isTrue();
        assertThat(points.get(2).get("y").asDouble()).isEqualTo(0.75);
        assertThat(page.select("#chart-made tbody td").eachText())
                .containsExactly("25.00 %", "-", "75.00 %");
    }

    @Test
    void whoDoesNotSeeAChartIsToldItAndFindsItsNumbersBelow() {
        // When
        Document page = parsed(page("a run", "a curve", 3));
        // Then
        Element chart = page.selectFirst("figure.chart");
        Element drawn = chart.selectFirst("canvas");
        assertThat(drawn.attr("role")).isEqualTo("img");
        assertThat(drawn.attr("aria-label"))
                .isEqualTo("Made. share against pairs. a curve: 25.00 % at 0, 75.00 % at 2.");
        assertThat(chart.select("details table thead th").eachText())
                .containsExactly("pairs", "a curve");
        assertThat(page.select("html").attr("lang")).isEqualTo("en");
        assertThat(page.select("th:not([scope])")).isEmpty();
        List<String> ids = page.select("[id]").eachAttr("id");
        assertThat(ids).doesNotHaveDuplicates();
        page.select("a[href]")
                .forEach(link -> assertThat(ids).contains(link.attr("href").substring(1)));
    }

    @Test
    void aLongCurveIsThinnedAndItsTableMoreSo() throws Exception {
        // When a curve has far more points than a screen
        Document page = parsed(page("a run", "a curve", 100_000));
        // Then both keep the first and the last
        JsonNode points = data(page).get(0).at("/series/0/points");
        assertThat(points.size()).isBetween(1000, Chart.MAX_POINTS);
        assertThat(points.get(0).get("x").asInt()).isZero();
        assertThat(points.get(points.size() - 1).get("x").asInt()).isEqualTo(99_999);
        List<String> rows = page.select("#chart-made tbody th").eachText();
        assertThat(rows).hasSizeBetween(Chart.MAX_ROWS / 2, Chart.MAX_ROWS);
        assertThat(rows).startsWith("0").endsWith("99,999");
        assertThat(page.select("#chart-made summary").text())
                .isEqualTo(
                        String.format(
                                Locale.ROOT,
                                "Numbers: %d of %,d rows",
                                rows.size(),
                                points.size()));
    }

    @Test
    void aPageOfFullCurvesStaysSmall() {
        // When six charts of three full curves each are on it
        RunPage one = page("a run", "a curve", Chart.MAX_POINTS);
        Chart chart = one.sections().get(0).charts().get(0);
        List<Section> sections =
                List.of(
                        Section.curves(
                                IntStream.range(0, 6)
                                        .mapToObj(
                                                i ->
                                                        new Chart(
                                                                "chart" + i,
                                                                "",
                                                                "",
                                                                chart.x(),
                                                                chart.y(),
                                                                false,
                                                                List.of(
                                                                        chart.series().get(0),
                                                                        chart.series().get(0),
                                                                        chart.series().get(0))))
                                        .toList()));
        String html = PageHtml.of(new RunPage("", "", "", Tone.PLAIN, List.of(), sections));
        // Then
        assertThat(html.length()).isLessThan(1_500_000);
    }

    /** Values are a quarter of x + 1, but every second is missing. */
    private static RunPage page(String text, String curve, int points) {
        Series series =
                new Series(
                        curve,
                        "student",
                        Look.LINE,
                        IntStream.range(0, points)
                                .mapToObj(x -> new Point(x, x % 2 == 1 ? null : 0.25 * (x % 4 + 1)))
                                .toList());
        Chart chart =
                new Chart(
                        "made",
                        "Made",
                        text,
                        new Axis("pairs", Unit.COUNT),
                        new Axis("share", Unit.SHARE),
                        false,
                        List.of(series));
        return new RunPage(
                text,
                text,
                text,
                Tone.GOOD,
                List.of(new Figure(text, text, text)),
                List.of(
                        Section.curves(List.of(chart), text),
                        Section.tables(
                                "facts",
                                text,
                                List.of(Table.of(text, List.of(List.of(text, text)), text, text))),
                        Section.command(text, text, text)));
    }

    private static Document parsed(RunPage page) {
        return Jsoup.parse(PageHtml.of(page));
    }

    private static String policy(Document page) {
        return page.selectFirst("meta[http-equiv=Content-Security-Policy]").attr("content");
    }

    private static JsonNode data(Document page) throws Exception {
        return new ObjectMapper()
                .readTree(page.selectFirst("script[type=application/json]").data());
    }

    private static String hash(String content) {
        return "'sha256-"
                + Base64.getEncoder()
                        .encodeToString(Sha256.of(content.getBytes(StandardCharsets.UTF_8)))
                + "'";
    }
}
