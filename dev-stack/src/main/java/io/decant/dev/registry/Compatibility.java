package io.decant.dev.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * What a new version of a schema must keep to. <em>Backward:</em> the new one reads records of the
 * old; <em>forward:</em> the old one reads records of the new; <em>full:</em> both;
 * <em>transitive:</em> against all earlier versions and not just the last.
 *
 * <p><em>Immutable.</em>
 */
public enum Compatibility {
    NONE(false, false, false),
    BACKWARD(true, false, false),
    BACKWARD_TRANSITIVE(true, false, true),
    FORWARD(false, true, false),
    FORWARD_TRANSITIVE(false, true, true),
    FULL(true, true, false),
    FULL_TRANSITIVE(true, true, true);

    private final boolean newReadsOld;
    private final boolean oldReadsNew;
    private final boolean transitive;

    Compatibility(boolean newReadsOld, boolean oldReadsNew, boolean transitive) {
        this.newReadsOld = newReadsOld;
        this.oldReadsNew = oldReadsNew;
        this.transitive = transitive;
    }

    /** Reads a level in any case; empty when there is no such level. */
    static Optional<Compatibility> parse(String name) {
        try {
            return Optional.of(valueOf(name.toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    /**
     * Compares a new schema with earlier ones.
     *
     * @param earlier oldest first
     * @return one sentence per violation; empty = compatible
     */
    List<String> violations(Schema candidate, List<Schema> earlier) {
        List<Schema> compared =
                transitive || earlier.isEmpty()
                        ? earlier
                        : earlier.subList(earlier.size() - 1, earlier.size());
        List<String> violations = new ArrayList<>();
        for (Schema old : compared) {
            if (newReadsOld) {
                violations.addAll(readProblems("new schema cannot read old", candidate, old));
            }
            if (oldReadsNew) {
                violations.addAll(readProblems("old schema cannot read new", old, candidate));
            }
        }
        return violations;
    }

    private static List<String> readProblems(String direction, Schema reader, Schema writer) {
        return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
                .getResult()
                .getIncompatibilities()
                .stream()
                .map(
                        problem ->
                                "%s: %s at %s: %s"
                                        .formatted(
                                                direction,
                                                problem.getType(),
                                                problem.getLocation(),
                                                problem.getMessage()))
                .toList();
    }
}
