package io.decant.pipeline.docs;

import static io.decant.pipeline.docs.MarkdownTable.code;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;

/** Documents Avro records, and every type that they are made of. <i>Owned by one thread.</i> */
final class RecordDocs {
    private final Map<String, Schema> types = new LinkedHashMap<>();

    /** Adds a type and all types in it, those that it is made of after it. */
    RecordDocs add(Schema schema) {
        switch (schema.getType()) {
            case RECORD -> {
                if (types.putIfAbsent(schema.getName(), schema) == null) {
                    schema.getFields().forEach(field -> add(field.schema()));
                }
            }
            case ENUM, FIXED -> types.putIfAbsent(schema.getName(), schema);
            case ARRAY -> add(schema.getElementType());
            case MAP -> add(schema.getValueType());
            case UNION -> schema.getTypes().forEach(this::add);
            default -> {
                // Primitive types need no section.
            }
        }
        return this;
    }

    /** One section for each type, in Markdown. */
    String sections() {
        return types.values().stream().map(RecordDocs::section).collect(Collectors.joining("\n"));
    }

    private static String section(Schema schema) {
        String head = "### " + schema.getName() + "\n\n" + schema.getDoc() + "\n";
        return switch (schema.getType()) {
            case RECORD -> head + "\n" + fields(schema);
            case ENUM ->
                    head
                            + "\nOne of "
                            + schema.getEnumSymbols().stream()
                                    .map(MarkdownTable::code)
                                    .collect(Collectors.joining(", "))
                            + ".\n";
            default -> head + "\n" + schema.getFixedSize() + " bytes.\n";
        };
    }

    private static MarkdownTable fields(Schema schema) {
        MarkdownTable table = new MarkdownTable("field", "type", "default", "what it is");
        for (Schema.Field field : schema.getFields()) {
            table.row(code(field.name()), type(field.schema()), defaultOf(field), field.doc());
        }
        return table;
    }

    private static String defaultOf(Schema.Field field) {
        if (!field.hasDefaultValue()) {
            return "";
        }
        Object value = field.defaultVal();
        if (value == JsonProperties.NULL_VALUE) {
            return "null";
        }
        String text = value instanceof byte[] bytes && bytes.length == 0 ? "" : value.toString();
        return text.isEmpty() ? "empty" : code(text);
    }

    /** A type in words. */
    private static String type(Schema schema) {
        return switch (schema.getType()) {
            case RECORD, ENUM, FIXED -> schema.getName();
            case ARRAY -> "array of " + type(schema.getElementType());
            case MAP -> "map of " + type(schema.getValueType());
            case UNION ->
                    schema.getTypes().stream()
                            .map(each -> each.getType() == Schema.Type.NULL ? null : type(each))
                            .filter(Objects::nonNull)
                            .collect(Collectors.joining(" or ", "", " or null"));
            default -> schema.getType().getName();
        };
    }
}
