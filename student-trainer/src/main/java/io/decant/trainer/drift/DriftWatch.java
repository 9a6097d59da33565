package io.decant.trainer.drift;

import io.decant.trainer.drift.DriftSettings.Reaction;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Watches both signals, tells each drift once, and knows how long reactions last. It counts values
 * and samples, never time, so it is a function of what was learned. <i>Owned by the learner.</i>
 */
public final class DriftWatch {
    private final DriftSettings settings;
    private final Map<Signal, DriftDetector> detectors = new EnumMap<>(Signal.class);

    /** Values for which a signal's alarms are no news. */
    private final Map<Signal, Long> quiet = new EnumMap<>(Signal.class);

    private long reacting;
    private long noticed;

    /** Has seen nothing. */
    public DriftWatch(DriftSettings settings) {
        this.settings = settings;
        for (Signal signal : Signal.values()) {
            quiet.put(signal, 0L);
            if (settings.isOn()) {
                detectors.put(signal, DriftDetector.of(settings));
            }
        }
    }

    /**
     * The next value of a signal.
     *
     * @return drift that is news
     */
    public Optional<Drift> saw(Signal signal, boolean value) {
        if (!settings.isOn()) {
            return Optional.empty();
        }
        double rise = detectors.get(signal).add(value ? 1 : 0);
        long left = quiet.get(signal);
        quiet.put(signal, Math.max(0, left - 1));
        if (rise <= 0 || left > 0) {
            return Optional.empty();
        }
        quiet.put(signal, settings.quiet());
        reacting = settings.reactionSamples();
        noticed++;
        return Optional.of(new Drift(signal, rise));
    }

    /** So many new samples were learned. */
    public void learned(int samples) {
        reacting = Math.max(0, reacting - samples);
    }

    /** Whether drift was noticed a short while ago. */
    public boolean isActive() {
        return reacting > 0;
    }

    /** Whether this is being done now. */
    public boolean reacts(Reaction reaction) {
        return isActive() && settings.reactions().contains(reaction);
    }

    /** Factor of the learning rate, now. */
    public double learningRateFactor() {
        return reacts(Reaction.LEARNING_RATE) ? settings.learningRateFactor() : 1;
    }

    /** Drifts noticed since the model's genesis. */
    public long noticed() {
        return noticed;
    }

    /** The detector by which the signals are watched; what it remembers fits no other. */
    public String detector() {
        return settings.detector().name();
    }

    /** What does not depend on the detector. */
    public long[] save() {
        return new long[] {
            reacting, noticed, quiet.get(Signal.DISAGREEMENT), quiet.get(Signal.TEACHER_ERROR)
        };
    }

    /** What a signal's detector remembers; nothing when none watches. */
    public long[] save(Signal signal) {
        return settings.isOn() ? detectors.get(signal).save() : new long[0];
    }

    /** Goes on from {@link #save()}. */
    public void restore(long[] saved) {
        reacting = saved[0];
        noticed = saved[1];
        quiet.put(Signal.DISAGREEMENT, saved[2]);
        quiet.put(Signal.TEACHER_ERROR, saved[3]);
    }

    /** Goes on from {@link #save(Signal)} of a watch with the same {@link #detector}. */
    public void restore(Signal signal, long[] saved) {
        if (settings.isOn()) {
            detectors.get(signal).restore(saved);
        }
    }
}
