package io.decant.trainer.publish;

import java.util.HashSet;
import java.util.Set;

/**
 * What operators have ordered about a model's versions. <i>Immutable.</i>
 *
 * @param known false until the control topic was read to its end once: nothing may be removed
 *     before
 * @param needed versions that are pinned, or that gateways were told to serve
 * @param orderedAtMillis when gateways were last told what to serve, milliseconds since
 *     1970-01-01T00:00Z; 0 for never
 */
public record Orders(boolean known, Set<Long> needed, long orderedAtMillis) {
    /** As long as nothing was read. */
    public static final Orders UNKNOWN = new Orders(false, Set.of());

    /** As of a topic that tells gateways nothing. */
    public Orders(boolean known, Set<Long> needed) {
        this(known, needed, 0);
    }

    /** With one more version that is needed. */
    Orders with(long version) {
        Set<Long> more = new HashSet<>(needed);
        more.add(version);
        return new Orders(known, more, orderedAtMillis);
    }

    public Orders {
        needed = Set.copyOf(needed);
    }
}
