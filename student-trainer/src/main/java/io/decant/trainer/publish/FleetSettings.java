package io.decant.trainer.publish;

import io.decant.pipeline.config.Setting;
import java.util.List;

/**
 * Which gateways can stop the alias. <i>Immutable.</i>
 *
 * @param listed ids of gateways; what others say of versions does not count
 * @param veto how many of them stop it; 0 for no veto
 */
public record FleetSettings(
        @Setting(
                        doc = "Ids of the gateways whose verdicts count for gateways.veto.",
                        otherwise = "")
                List<String> listed,
        @Setting(
                        doc =
                                "How many listed gateways must refuse or take back a version to stop @live, until as many accept a newer one or an operator orders a version; 0 is off.",
                        otherwise = "0",
                        min = 0,
                        max = 1000)
                int veto) {
    /** No gateway stops anything. */
    public static final FleetSettings OFF = new FleetSettings(List.of(), 0);

    public FleetSettings {
        listed = List.copyOf(listed);
        if (veto > listed.size()) {
            throw new IllegalArgumentException(
                    "gateways.veto must be at most the number of gateways.listed, "
                            + listed.size()
                            + ", was "
                            + veto
                            + ": it could never stop anything");
        }
    }
}
