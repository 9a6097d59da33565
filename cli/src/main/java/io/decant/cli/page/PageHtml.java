package io.decant.cli.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.decant.model.digest.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Writes a page as one HTML text that needs nothing else: style, chart library and data are in it.
 * Every value is escaped; a policy in the page's head allows the two scripts that belong to it, by
 * their SHA-256, and nothing from elsewhere. Tables can be read without JavaScript. <i>Thread-safe:
 * all methods are pure.</i>
 */
public final class PageHtml {
    private static final String CHART_JS = "/META-INF/resources/webjars/chart.js/4.5.1/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private PageHtml() {}

    /** The whole document. */
    public static String of(RunPage page) {
        String library =
                "/*\n"
                        + text(CHART_JS + "LICENSE.md")
                        + "*/\n"
                        + text(CHART_JS + "dist/chart.umd.min.js");
        String script = text("page.js");
        String style = text("page.css");
        Map<String, Object> values = new HashMap<>();
        values.put("page", page);
        values.put("tone", lower(page.tone()));
        values.put("sections", page.sections().stream().map(PageHtml::section).toList());
        values.put("library", library);
        values.put("script", script);
        values.put("style", style);
        values.put("data", data(page));
        values.put(
                "policy",
                String.format(
                        "default-src 'none'; script-src %s %s; style-src %s",
                        hash(library), hash(script), hash(style)));
        Template template =
                Mustache.compiler()
                        .escapeHTML(true)
                        .withLoader(name -> new StringReader(text(name + ".html")))
                        .compile(text("page.html"));
        return template.execute(values);
    }

    private static Map<String, Object> section(RunPage.Section section) {
        Map<String, Object> values = new HashMap<>();
        values.put("id", section.id());
        values.put("title", section.title());
        values.put("notes", section.notes());
        values.put("charts", section.charts().stream().map(PageHtml::chart).toList());
        values.put("tables", section.tables().stream().map(PageHtml::table).toList());
        values.put("command", section.command());
        values.put("hasCommand", !section.command().isEmpty());
        return values;
    }

    private static Map<String, Object> chart(Chart chart) {
        return Map.of(
                "id", chart.id(),
                "title", chart.title(),
                "note", chart.note(),
                "inWords", chart.inWords(),
                "numbers", table(chart.numbers()));
    }

    private static Map<String, Object> table(Table table) {
        return Map.of(
                "caption", table.caption(),
                "folded", table.folded(),
                "headed", table.headed(),
                "columns",
                        table.columns().stream()
                                .map(
                                        each ->
                                                Map.of(
                                                        "name",
                                                        each.name(),
                                                        "kind",
                                                        lower(each.kind())))
                                .toList(),
                "rows", table.rows().stream().map(row -> row(table.columns(), row)).toList());
    }

    private static Map<String, Object> row(List<Table.Column> columns, List<String> cells) {
        return Map.of(
                "head", cells.get(0),
                "headKind", lower(columns.get(0).kind()),
                "cells",
                        IntStream.range(1, cells.size())
                                .mapToObj(
                                        i ->
                                                Map.of(
                                                        "text", cells.get(i),
                                                        "kind", lower(columns.get(i).kind())))
                                .toList());
    }

    /** What the page's script draws. */
    private static String data(RunPage page) {
        List<Map<String, Object>> charts =
                page.sections().stream()
                        .flatMap(section -> section.charts().stream())
                        .map(PageHtml::drawn)
                        .toList();
        try {
            return inScript(JSON.writeValueAsString(charts));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("maps and lists always have a JSON form", impossible);
        }
    }

    private static Map<String, Object> drawn(Chart chart) {
        return Map.of(
                "id", chart.id(),
                "x", axis(chart.x()),
                "y", axis(chart.y()),
                "logarithmic", chart.logarithmic(),
                "series",
                        chart.series().stream()
                                .map(
                                        series ->
                                                Map.of(
                                                        "name", series.name(),
                                                        "colour", series.colour(),
                                                        "look", lower(series.look()),
                                                        "points", series.points()))
                                .toList());
    }

    private static Map<String, Object> axis(Chart.Axis axis) {
        return Map.of("name", axis.name(), "unit", lower(axis.unit()));
    }

    private static String lower(Enum<?> symbol) {
        return symbol.name().toLowerCase(Locale.ROOT);
    }

    /** No text in the data can end the script element that holds it, or begin a comment. */
    static String inScript(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private static String hash(String content) {
        return "'sha256-"
                + Base64.getEncoder()
                        .encodeToString(Sha256.of(content.getBytes(StandardCharsets.UTF_8)))
                + "'";
    }

    private static String text(String resource) {
        try (InputStream in = PageHtml.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("there is no " + resource + " on the class path");
            }
            // A browser hashes what it parsed, and parsing makes every line end a line feed.
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException missing) {
            throw new UncheckedIOException(missing);
        }
    }
}
