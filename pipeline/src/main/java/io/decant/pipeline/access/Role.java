package io.decant.pipeline.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Who takes part in an installation, and needs rights of its own on the broker. */
public enum Role {
    /** Scores samples. */
    TEACHER,
    /** Joins samples, soft targets and labels. */
    JOINER,
    /** Learns from the journal and publishes versions. */
    TRAINER,
    /** Serves versions; also every server of its own that embeds the follower. */
    GATEWAY,
    /** Writes samples. */
    PRODUCER,
    /** Writes labels. */
    LABEL_SOURCE,
    /** Looks: the doctor, the console, replay, {@code topics describe} and {@code tail}. */
    READER,
    /** Looks, and gives orders. */
    OPERATOR,
    /** Looks, and sends refused records again. */
    REDRIVER,
    /** Keeps the schemas in their topic. */
    SCHEMA_REGISTRY;

    /** As one writes it on a command line. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The role of whoever is called so: {@code trainer}, {@code the gateway}. */
    public static Optional<Role> ofService(String name) {
        return Arrays.stream(values()).filter(role -> name.endsWith(role.text())).findFirst();
    }

    /**
     * Reads a name.
     *
     * @throws IllegalArgumentException with the names that are known
     */
    public static Role parse(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'"
                                                + text
                                                + "' is no service; expected one of "
                                                + Arrays.stream(values())
                                                        .map(Role::text)
                                                        .collect(Collectors.joining(", "))));
    }
}
