package io.decant.pipeline.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the environment's variables and the contents of files in the place of <code>${env:NAME}
 * </code> and <code>${file:PATH}</code>, anywhere in a value and once: what comes in is not looked
 * at again. The line break at a file's end is left out. Anything else that begins with <code>${
 * </code> stays as it is. <i>Owned by the thread that reads.</i>
 */
final class References {
    private static final Pattern FORM = Pattern.compile("\\$\\{(env|file):([^}]+)}");
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final UnaryOperator<String> environment;
    private final Set<String> used = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * Looks at nothing yet.
     *
     * @param environment value of a variable; null when there is none
     */
    References(UnaryOperator<String> environment) {
        this.environment = environment;
    }

    /** The values with every reference resolved; one that cannot be is left out of its text. */
    Map<String, List<String>> resolved(Map<String, List<String>> values) {
        Map<String, List<String>> resolved = new LinkedHashMap<>();
        values.forEach(
                (key, texts) ->
                        resolved.put(key, texts.stream().map(text -> one(key, text)).toList()));
        return resolved;
    }

    /** Keys whose values hold something from elsewhere. */
    Set<String> used() {
        return used;
    }

    /** One sentence each. */
    List<String> problems() {
        return problems;
    }

    private String one(String key, String text) {
        Matcher reference = FORM.matcher(text);
        StringBuilder whole = new StringBuilder();
        while (reference.find()) {
            used.add(key);
            String content =
                    reference.group(1).equals("env")
                            ? variable(key, reference.group(2))
                            : file(key, reference.group(2));
            reference.appendReplacement(whole, Matcher.quoteReplacement(content));
        }
        return reference.appendTail(whole).toString();
    }

    private String variable(String key, String name) {
        String value = environment.apply(name);
        if (value == null) {
            problems.add(
                    key
                            + " refers to the environment's variable "
                            + name
                            + ", which is not set; set it before the start");
            return "";
        }
        return value;
    }

    private String file(String key, String name) {
        try {
            Path file = Path.of(name);
            if (Files.size(file) > MAX_FILE_BYTES) {
                problems.add(
                        key
                                + " refers to the file "
                                + name
                                + ", which is larger than "
                                + MAX_FILE_BYTES
                                + " bytes; expected one that holds only the value");
                return "";
            }
            return Files.readString(file).replaceFirst("\\R\\z", "");
        } catch (IOException | InvalidPathException unreadable) {
            problems.add(
                    key
                            + " refers to the file "
                            + name
                            + ", which cannot be read ("
                            + unreadable.getClass().getSimpleName()
                            + "); make it, readable for this user");
            return "";
        }
    }
}
