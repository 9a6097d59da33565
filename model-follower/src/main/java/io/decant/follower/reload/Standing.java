package io.decant.follower.reload;

import io.decant.follower.registry.RegistryView.Wanted;
import java.util.Optional;
import java.util.Set;

/**
 * Where a follower stands when it plans. <i>Immutable.</i>
 *
 * @param serving what is served now
 * @param refused the last candidate that was refused, and who wanted it; it is not tried again for
 *     the same record
 * @param head the newest version whose weights were rebuilt and verified, served or not: deltas add
 *     to it
 * @param broken forms that were read and do not give their version's weights
 * @param seen what must not be undercut
 */
public record Standing(
        Optional<VersionId> serving,
        Optional<Refusal> refused,
        Optional<VersionId> head,
        Set<FormId> broken,
        HighestSeen seen) {
    /** Serves nothing, knows nothing. */
    public static final Standing NEW =
            new Standing(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Set.of(),
                    HighestSeen.NOTHING);

    public Standing {
        broken = Set.copyOf(broken);
    }

    /** A candidate that was refused. */
    public record Refusal(VersionId id, Wanted wanted) {}
}
