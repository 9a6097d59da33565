package io.decant.trainer.publish;

import java.util.Set;

/**
 * What operators have ordered about a model's versions. <i>Immutable.</i>
 *
 * @param known false until the control topic was read to its end once: nothing may be removed
 *     before
 * @param needed versions that are pinned, or that gateways were told to serve
 */
public record Orders(boolean known, Set<Long> needed) {
    /** As long as nothing was read. */
    public static final Orders UNKNOWN = new Orders(false, Set.of());

    public Orders {
        needed = Set.copyOf(needed);
    }
}
