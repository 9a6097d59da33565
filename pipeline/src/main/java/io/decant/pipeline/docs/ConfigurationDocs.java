package io.decant.pipeline.docs;

import static io.decant.pipeline.docs.MarkdownTable.code;

import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.Configuration.Described;

/** Documents configuration records. <i>Thread-safe: all methods are pure.</i> */
public final class ConfigurationDocs {
    private ConfigurationDocs() {}

    /** A table of every key: its type, default, range and meaning, in Markdown. */
    public static String table(Class<? extends Record> configuration) {
        MarkdownTable table = new MarkdownTable("key", "type", "default", "what it does");
        for (Described key : Configuration.describe(configuration)) {
            String range = key.bounds().isEmpty() ? "" : " Must be " + key.bounds() + ".";
            table.row(
                    code(key.key()),
                    key.type(),
                    key.required() ? "**must be given**" : code(key.otherwise()),
                    key.doc() + range);
        }
        return table.toString();
    }
}
