package io.decant.it.harness;

import io.decant.pipeline.kafka.ClusterSettings;
import java.util.Map;

/**
 * Makes every version of a model again in a process of its own, whose JVM the test chooses.
 * <i>Owned by the main thread.</i>
 */
public final class ReplayProcess {
    /** What it prints before the number of versions that were equal. */
    public static final String EQUAL = "equal versions: ";

    private ReplayProcess() {}

    /**
     * Arguments: broker, registry, prefix, sample partitions, model partitions, model. Ends with an
     * error when a version is not equal.
     */
    public static void main(String[] arguments) {
        ClusterSettings defaults = ClusterSettings.of(arguments[0], arguments[1]);
        ClusterSettings cluster =
                new ClusterSettings(
                        defaults.bootstrapServers(),
                        defaults.schemaRegistryUrl(),
                        arguments[2],
                        Integer.parseInt(arguments[3]),
                        Integer.parseInt(arguments[4]),
                        defaults.valueSerializer(),
                        defaults.valueDeserializer(),
                        Map.of());
        System.out.println(EQUAL + RemadeVersions.mustBeEqual(cluster, arguments[5]));
        System.exit(0);
    }
}
