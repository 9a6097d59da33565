package io.decant.trainer.gate;

import io.decant.records.GateOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the gate says of a version. <i>Immutable.</i>
 *
 * @param reason one sentence, at most {@link #MAX_REASON} characters; empty when the gate is off
 * @param figures of the comparison; empty when there was none
 */
public record GateDecision(GateOutcome outcome, String reason, Optional<Figures> figures) {
    /** Longest reason: it stands in the manifest, which must stay small. */
    public static final int MAX_REASON = 300;

    /** The gate was not asked. */
    public static final GateDecision OFF = new GateDecision(GateOutcome.OFF, "", Optional.empty());

    /**
     * What was compared.
     *
     * @param candidateNats mean negative log-likelihood of the candidate, a sample
     * @param liveNats that of the live version
     */
    public record Figures(PairedTest test, double candidateNats, double liveNats) {
        /** Sums in the samples' order: a stream's own sum differs between Java releases. */
        static Figures of(PairedTest test, List<Compared> samples) {
            double candidate = 0;
            double live = 0;
            for (Compared sample : samples) {
                candidate += sample.candidate().nats();
                live += sample.live().nats();
            }
            return new Figures(test, candidate / samples.size(), live / samples.size());
        }
    }

    public GateDecision {
        if (reason.length() > MAX_REASON) {
            reason = reason.substring(0, MAX_REASON - 1) + "…";
        }
    }

    /** Whether the version becomes the one that later versions are compared with. */
    public boolean letsThrough() {
        return outcome != GateOutcome.REFUSED;
    }

    /** By metric name: shares in [0, 1], nats a sample, and 1 or 0 for yes or no. */
    public Map<String, Double> metrics() {
        Map<String, Double> values = new TreeMap<>();
        if (outcome == GateOutcome.OFF) {
            return values;
        }
        values.put("gate_refused", outcome == GateOutcome.REFUSED ? 1.0 : 0.0);
        values.put("gate_advised_against", outcome == GateOutcome.ADVISED_AGAINST ? 1.0 : 0.0);
        figures.ifPresent(
                known -> {
                    values.put("gate_samples", (double) known.test().samples());
                    values.put("gate_accuracy_candidate", known.test().candidateAccuracy());
                    values.put("gate_accuracy_live", known.test().liveAccuracy());
                    values.put("gate_standard_error", known.test().standardError());
                    values.put("gate_nll_candidate_nats", known.candidateNats());
                    values.put("gate_nll_live_nats", known.liveNats());
                });
        return values;
    }
}
