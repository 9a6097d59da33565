package io.decant.dev.registry;

/**
 * Subjects as Confluent's clients may write them: with the name of the default context before them,
 * as in {@code :.:labels-value}. There is no other context here.
 *
 * <p><em>Thread-safe: no state.</em>
 */
final class SubjectNames {
    private static final String DEFAULT_CONTEXT = ":.:";
    private static final String ANY_CONTEXT = ":*:";
    private static final String OTHER_CONTEXT = ":.";

    private SubjectNames() {}

    /** The plain subject. */
    static String subject(String name) {
        if (name.startsWith(DEFAULT_CONTEXT)) {
            return name.substring(DEFAULT_CONTEXT.length());
        }
        if (name.startsWith(OTHER_CONTEXT)) {
            throw RegistryError.invalidSubject(name);
        }
        return name;
    }

    /** The plain beginning of subjects. */
    static String prefix(String prefix) {
        return prefix.startsWith(ANY_CONTEXT)
                ? prefix.substring(ANY_CONTEXT.length())
                : subject(prefix);
    }
}
