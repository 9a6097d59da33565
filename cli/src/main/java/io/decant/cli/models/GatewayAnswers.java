package io.decant.cli.models;

import io.decant.records.GatewayStatus;
import io.decant.records.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * How gateways took an order, by their last reports. <i>Immutable.</i>
 *
 * @param following gateways that serve what was ordered, and the version
 * @param refusing gateways that said no, and why
 * @param others gateways that have not said anything since, and the version they serve
 */
public record GatewayAnswers(
        Map<String, Long> following, Map<String, String> refusing, Map<String, Long> others) {
    /**
     * A record that a gateway does not believe, such as an order by a stranger, is no candidate.
     */
    private static final long UNBELIEVED = 0;

    public GatewayAnswers {
        following = Map.copyOf(following);
        refusing = Map.copyOf(refusing);
        others = Map.copyOf(others);
    }

    /**
     * Sorts reports.
     *
     * @param fulfils whether a served version is what was ordered
     * @param version the one that a gateway may refuse
     * @param orderedAtMillis reports from before cannot be a refusal of this order
     */
    public static GatewayAnswers of(
            List<GatewayStatus> reports,
            LongPredicate fulfils,
            long version,
            long orderedAtMillis) {
        Map<String, Long> following = new TreeMap<>();
        Map<String, String> refusing = new TreeMap<>();
        Map<String, Long> others = new TreeMap<>();
        for (GatewayStatus report : reports) {
            boolean about =
                    report.getCandidateVersion() == version
                            || report.getCandidateVersion() == UNBELIEVED;
            boolean refused =
                    (report.getVerdict() == Verdict.REJECTED
                                    || report.getVerdict() == Verdict.ROLLED_BACK)
                            && about
                            && report.getAtMillis() >= orderedAtMillis;
            if (fulfils.test(report.getServedVersion())) {
                following.put(report.getGatewayId(), report.getServedVersion());
            } else if (refused) {
                refusing.put(report.getGatewayId(), report.getReason());
            } else {
                others.put(report.getGatewayId(), report.getServedVersion());
            }
        }
        return new GatewayAnswers(following, refusing, others);
    }

    /** Whether every gateway has answered; false while none is known. */
    public boolean isComplete() {
        return others.isEmpty() && !(following.isEmpty() && refusing.isEmpty());
    }

    /** One line for each gateway. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        new TreeMap<>(following)
                .forEach((id, served) -> lines.add(id + " serves version " + served));
        new TreeMap<>(refusing).forEach((id, reason) -> lines.add(id + " REFUSES: " + reason));
        new TreeMap<>(others)
                .forEach((id, served) -> lines.add(id + " still serves version " + served));
        return lines;
    }
}
