package io.decant.pipeline.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Flattens a YAML file to dotted keys. Values stay as they are written: 1.10 is not 1.1, and 010 is
 * not 8. A key without a value counts as left out. <i>Owned by the thread that reads.</i>
 */
final class YamlFile {
    private final YAMLParser parser;
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    private YamlFile(YAMLParser parser) {
        this.parser = parser;
    }

    /**
     * The file's values by dotted key, in its order; a value that is not a list has one element.
     *
     * @throws ConfigurationException if the file cannot be read or is not one map
     */
    static Map<String, List<String>> values(Path file) {
        try (YAMLParser parser = new YAMLFactory().createParser(Files.readString(file))) {
            YamlFile yaml = new YamlFile(parser);
            yaml.document();
            if (!yaml.problems.isEmpty()) {
                throw new ConfigurationException(file.toString(), yaml.problems);
            }
            return yaml.values;
        } catch (JsonProcessingException broken) {
            String line =
                    broken.getLocation() == null
                            ? ""
                            : " (line " + broken.getLocation().getLineNr() + ")";
            throw new ConfigurationException(
                    file.toString(),
                    List.of(
                            "it is not YAML: "
                                    + broken.getOriginalMessage().lines().findFirst().orElse("")
                                    + line));
        } catch (IOException unreadable) {
            throw new ConfigurationException(
                    file.toString(),
                    List.of(
                            why(file, unreadable)
                                    + "; expected a YAML file, see docs/configuration.md"));
        }
    }

    private static String why(Path file, IOException unreadable) {
        if (Files.isDirectory(file)) {
            return "it is a folder";
        }
        if (unreadable instanceof NoSuchFileException) {
            return "it does not exist";
        }
        return unreadable instanceof AccessDeniedException
                ? "this user may not read it"
                : "it cannot be read (" + unreadable.getClass().getSimpleName() + ")";
    }

    private void document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            problem("the file must be a map of keys");
            return;
        }
        map("");
        if (parser.nextToken() != null) {
            problem("the file must be one document, but a second one begins");
        }
    }

    private void map(String prefix) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = prefix + parser.currentName();
            switch (parser.nextToken()) {
                case START_OBJECT -> map(key + ".");
                case START_ARRAY -> put(key, list(key));
                case VALUE_NULL -> {
                    // Left out.
                }
                default -> put(key, List.of(text(key)));
            }
        }
    }

    private List<String> list(String key) throws IOException {
        List<String> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            if (token.isStructStart()) {
                problem(key + " must be a list of single values");
                parser.skipChildren();
            } else {
                items.add(text(key));
            }
        }
        return items;
    }

    private String text(String key) throws IOException {
        if (parser.isCurrentAlias()) {
            problem(key + " refers to another value; write the value itself");
        }
        return parser.getText();
    }

    private void put(String key, List<String> value) throws IOException {
        if (values.put(key, value) != null) {
            problem(key + " is given twice");
        }
    }

    private void problem(String sentence) {
        problems.add(sentence + " (line " + parser.currentTokenLocation().getLineNr() + ")");
    }
}
