package io.decant.cli.scenario;

import java.util.List;

/**
 * A model that learns from a trial's stream beside others. <i>Immutable.</i>
 *
 * @param name in tables; empty when the trial has no other
 * @param settings of its trainer, {@code trainer.KEY=VALUE}, that differ from the defaults
 */
record Variant(String name, List<String> settings) {
    /** With the default settings. */
    static final Variant DEFAULT = new Variant("", List.of());

    Variant {
        settings = List.copyOf(settings);
    }

    static Variant of(String name, String... settings) {
        return new Variant(name, List.of(settings));
    }

    /**
     * A weight of the teacher that stays what it is. Its shadow would be that of the other variants
     * of the trial, so it has none.
     */
    static Variant fixedAlpha(double alpha) {
        return of(
                "fixed α " + alpha,
                "trainer.trust.enabled=false",
                "trainer.alpha=" + alpha,
                "trainer.shadow=false");
    }
}
