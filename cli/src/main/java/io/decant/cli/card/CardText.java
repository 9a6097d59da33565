package io.decant.cli.card;

import io.decant.cli.card.ModelCard.Part;
import io.decant.cli.page.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A card as Markdown and as JSON. <i>Thread-safe: all methods are pure.</i> */
public final class CardText {
    private CardText() {}

    /** GitHub's Markdown. */
    public static String markdown(ModelCard card) {
        StringBuilder text = new StringBuilder();
        text.append("# Model card: ")
                .append(escaped(card.model()))
                .append(", version ")
                .append(card.version())
                .append('\n');
        for (Part part : card.parts()) {
            text.append("\n## ").append(part.title()).append('\n');
            part.sentences().forEach(one -> text.append('\n').append(escaped(one)).append('\n'));
            part.tables().forEach(table -> text.append('\n').append(markdown(table)));
        }
        return text.toString();
    }

    private static String markdown(Table table) {
        StringBuilder text = new StringBuilder();
        line(text, table.columns().stream().map(Table.Column::name).toList());
        line(
                text,
                table.columns().stream()
                        .map(column -> column.kind() == Table.Kind.NUMBER ? "---:" : "---")
                        .toList());
        table.rows().forEach(row -> line(text, row.stream().map(CardText::escaped).toList()));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |"))).append('\n');
    }

    /** What came from samples or settings must not become markup. */
    private static String escaped(String text) {
        return text.replaceAll("([\\\\`*_{}\\[\\]<>|#])", "\\\\$1");
    }

    /** The same, for programs. */
    public static Map<String, Object> json(ModelCard card) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", card.model());
        json.put("version", card.version());
        json.put("teachers", card.teacherIds());
        json.put("metrics", card.lineage().get(card.lineage().size() - 1).getMetrics());
        List<Object> parts = new ArrayList<>();
        for (Part part : card.parts()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("title", part.title());
            one.put("sentences", part.sentences());
            one.put("tables", part.tables().stream().map(CardText::json).toList());
            parts.add(one);
        }
        json.put("parts", parts);
        return json;
    }

    private static Map<String, Object> json(Table table) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("columns", table.columns().stream().map(Table.Column::name).toList());
        json.put("rows", table.rows());
        return json;
    }
}
