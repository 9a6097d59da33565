package io.decant.trainer.rerun;

import io.decant.model.spec.ModelSpec;
import io.decant.trainer.learn.SampleKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A new run as it was asked for. <i>Immutable.</i>
 *
 * @param as name of the new model
 * @param from where it begins; empty for where the live model began
 * @param to first record that is not taken; empty for where the live model's lineage ends
 * @param settings {@code KEY=VALUE} of a trainer, keys dotted, in place of the live model's
 * @param spec architecture and input in place of the live model's
 * @param exclude samples that are left out
 */
public record RunRequest(
        String as,
        Optional<RunBound> from,
        Optional<RunBound> to,
        List<String> settings,
        Optional<ModelSpec> spec,
        Set<SampleKey> exclude) {
    public RunRequest {
        settings = List.copyOf(settings);
        exclude = Set.copyOf(exclude);
    }

    /** The live model's run once more, with nothing changed but the name. */
    public static RunRequest unchanged(String as) {
        return new RunRequest(
                as, Optional.empty(), Optional.empty(), List.of(), Optional.empty(), Set.of());
    }
}
