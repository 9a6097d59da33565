package io.decant.cli.models;

import static io.decant.cli.models.ModelRegister.NONE;

import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.GateOutcome;
import io.decant.records.Order;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Decides what is ordered when an operator promotes, rolls back, follows or pins. Pure.
 * <i>Immutable: one register, many questions.</i>
 */
public final class OrderPlanner {
    private final ModelRegister register;

    public OrderPlanner(ModelRegister register) {
        this.register = register;
    }

    /** Every gateway shall serve this version, whatever {@code @live} says. */
    public OrderPlan promote(long version) {
        if (!register.versions().containsKey(version)) {
            return refused(missing(version));
        }
        String effect = "gateways are ordered to serve version " + version;
        return override(
                version,
                refusedByGate(version)
                        ? effect
                                + ", which the publishing gate refused: "
                                + manifest(version).getGateReason()
                        : effect);
    }

    /**
     * Every gateway shall serve an older version again.
     *
     * @param asked empty for the version that was served before
     */
    public OrderPlan rollback(OptionalLong asked) {
        OptionalLong served = register.wanted();
        if (served.isEmpty()) {
            return refused("no version of model '" + register.model() + "' is live yet");
        }
        OptionalLong target = asked.isPresent() ? asked : before(served.getAsLong());
        if (target.isEmpty()) {
            return refused(
                    "no version before "
                            + served.getAsLong()
                            + " is left to go back to; name a version, or see decant models list");
        }
        long version = target.getAsLong();
        if (!register.versions().containsKey(version)) {
            return refused(missing(version));
        }
        // Going back from an override may well mean a newer version.
        if (asked.isPresent() && version >= served.getAsLong()) {
            return refused(
                    "version "
                            + version
                            + " is not older than version "
                            + served.getAsLong()
                            + ", which is to be served now; decant models promote "
                            + version
                            + " goes forward");
        }
        return override(
                version,
                "gateways are ordered back from version "
                        + served.getAsLong()
                        + " to version "
                        + version);
    }

    /** Gateways shall follow {@code @live} again. */
    public OrderPlan follow() {
        if (register.overridden().isEmpty()) {
            return refused(
                    "no override is in force for model '"
                            + register.model()
                            + "': gateways follow @live already");
        }
        return override(
                NONE,
                "gateways are ordered to follow @live again"
                        + (register.liveVersion().isPresent()
                                ? ", now version " + register.liveVersion().getAsLong()
                                : ""));
    }

    /** The version shall not be removed. */
    public OrderPlan pin(long version) {
        if (!register.versions().containsKey(version)) {
            return refused(missing(version));
        }
        return new OrderPlan.Write(
                OrderKeys.pin(register.model(), version),
                Order.PIN,
                version,
                "version " + version + " is kept until its pin is removed");
    }

    /** The version may be removed when its time has come. */
    public OrderPlan unpin(long version) {
        if (!register.pinned().contains(version)) {
            return refused(
                    "version "
                            + version
                            + " is not pinned; pinned are "
                            + (register.pinned().isEmpty() ? "none" : register.pinned()));
        }
        return new OrderPlan.Write(
                OrderKeys.pin(register.model(), version),
                Order.PIN,
                NONE,
                "version " + version + " is no longer pinned");
    }

    /**
     * The version served before: ahead of an override, the override before it or else what was live
     * when it was ordered; ahead of a live version, the newest older one that the gate let pass.
     */
    private OptionalLong before(long served) {
        if (register.overridden().isEmpty()) {
            return newest(passed().filter(version -> version < served));
        }
        Control override = register.override().orElseThrow().value();
        OptionalLong earlier = overrideBefore(override);
        if (earlier.isPresent() && earlier.getAsLong() != served) {
            return earlier;
        }
        return newest(
                passed().filter(
                                version ->
                                        version != served
                                                && manifest(version).getPublishedAtMillis()
                                                        <= override.getIssuedAtMillis()));
    }

    /** Of the order just before this one, if it named a version that is still there. */
    private OptionalLong overrideBefore(Control override) {
        List<Control> earlier =
                register.orders().stream()
                        .map(StoredRecord::value)
                        .filter(order -> order.getOrder() == Order.OVERRIDE)
                        .filter(order -> order.getSequence() < override.getSequence())
                        .toList();
        long version = earlier.isEmpty() ? NONE : earlier.get(earlier.size() - 1).getVersion();
        return register.versions().containsKey(version)
                ? OptionalLong.of(version)
                : OptionalLong.empty();
    }

    private LongStream passed() {
        return register.versions().keySet().stream()
                .mapToLong(Long::longValue)
                .filter(version -> !refusedByGate(version));
    }

    private static OptionalLong newest(LongStream versions) {
        return versions.max();
    }

    private boolean refusedByGate(long version) {
        return manifest(version).getGate() == GateOutcome.REFUSED;
    }

    private CheckpointManifest manifest(long version) {
        return Objects.requireNonNull(register.versions().get(version)).value();
    }

    private OrderPlan override(long version, String effect) {
        return new OrderPlan.Write(
                OrderKeys.override(register.model()), Order.OVERRIDE, version, effect);
    }

    private String missing(long version) {
        return "model '"
                + register.model()
                + "' has no version "
                + version
                + (register.versions().isEmpty()
                        ? ""
                        : "; the topic holds versions between "
                                + register.versions().firstKey()
                                + " and "
                                + register.versions().lastKey())
                + "; decant models list shows which";
    }

    private static OrderPlan refused(String reason) {
        return new OrderPlan.Refused(reason);
    }
}
