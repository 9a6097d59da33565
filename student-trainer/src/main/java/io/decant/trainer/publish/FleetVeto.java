package io.decant.trainer.publish;

import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Decides from gateways' verdicts whether the alias may move. A listed gateway's rejection stands
 * until it accepts that version or a newer one, until as many listed gateways as a veto needs have
 * accepted a newer one, or until an operator orders a version. Only the alias depends on it: what
 * is learned, published and compared does not, so replay needs none of it. Pure but for what it
 * remembers. <i>Owned by the trainer's stage thread.</i>
 */
final class FleetVeto {
    /** Gateways that a reason names. */
    private static final int NAMED = 3;

    private final FleetSettings settings;
    private final Map<String, Rejection> rejections = new TreeMap<>();
    private final Map<String, Long> accepted = new TreeMap<>();

    private record Rejection(long version, String reason, long atMillis) {}

    FleetVeto(FleetSettings settings) {
        this.settings = settings;
    }

    /** A gateway's verdict on a candidate of this model. */
    void heard(GatewayStatus status) {
        String gateway = status.getGatewayId();
        if (!settings.listed().contains(gateway)) {
            return;
        }
        long version = status.getCandidateVersion();
        if (status.getVerdict() == Verdict.ACCEPTED) {
            accepted.merge(gateway, version, Math::max);
            rejections.computeIfPresent(
                    gateway, (id, known) -> known.version() <= version ? null : known);
        } else if (status.getVerdict() == Verdict.REJECTED
                || status.getVerdict() == Verdict.ROLLED_BACK) {
            Rejection rejection = new Rejection(version, status.getReason(), status.getAtMillis());
            rejections.merge(
                    gateway,
                    rejection,
                    (known, now) -> now.version() >= known.version() ? now : known);
        }
    }

    /**
     * Why the alias may not move; empty when it may.
     *
     * @param orderedAtMillis when an operator last ordered a version, milliseconds since
     *     1970-01-01T00:00Z; 0 for never. Rejections before it are settled.
     */
    Optional<String> standing(long orderedAtMillis) {
        if (settings.veto() == 0) {
            return Optional.empty();
        }
        long tried =
                accepted.values().stream()
                        .sorted(Comparator.reverseOrder())
                        .skip(settings.veto() - 1)
                        .findFirst()
                        .orElse(0L);
        Map<String, Rejection> standing = new TreeMap<>(rejections);
        standing.values()
                .removeIf(
                        rejection ->
                                rejection.version() < tried
                                        || rejection.atMillis() <= orderedAtMillis);
        if (standing.size() < settings.veto()) {
            return Optional.empty();
        }
        return Optional.of(
                standing.entrySet().stream()
                        .limit(NAMED)
                        .map(FleetVeto::words)
                        .collect(
                                Collectors.joining(
                                        "; ",
                                        "",
                                        standing.size() <= NAMED
                                                ? ""
                                                : "; and " + (standing.size() - NAMED) + " more")));
    }

    private static String words(Map.Entry<String, Rejection> gateway) {
        return "gateway '"
                + gateway.getKey()
                + "' refused version "
                + gateway.getValue().version()
                + ": "
                + gateway.getValue().reason();
    }
}
