package io.decant.pipeline.config;

import java.util.List;

/** Everything that is wrong with a configuration, at once. <i>Immutable.</i> */
public final class ConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final List<String> problems;

    public ConfigurationException(String where, List<String> problems) {
        super(
                where
                        + " has "
                        + problems.size()
                        + (problems.size() == 1 ? " problem:" : " problems:")
                        + "\n  - "
                        + String.join("\n  - ", problems));
        this.problems = List.copyOf(problems);
    }

    /** One sentence each. */
    public List<String> problems() {
        return problems;
    }
}
