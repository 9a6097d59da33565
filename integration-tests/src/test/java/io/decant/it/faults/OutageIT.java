package io.decant.it.faults;

import io.decant.it.harness.CrashCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that is away for a while, and comes back. {@code mvn -P faults verify} keeps it away for
 * five minutes.
 */
class OutageIT {
    private static final Duration OUTAGE =
            Duration.ofSeconds(Integer.getInteger("outage.seconds", 12));

    @Test
    void servicesWaitForTheBrokerAndEverySampleIsLearnedOnce(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        bears(folder, FaultyRun.Settings.DEFAULTS, false);
    }

    @Test
    @Tag("faults")
    void servicesThatGiveUpAreStartedAgainAndEverySampleIsLearnedOnce(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        FaultyRun.Settings impatient =
                new FaultyRun.Settings(
                        List.of("retry.outage-patience=10s"),
                        List.of("outage-patience=60s"),
                        List.of("recovery.outage-patience=10s"));
        bears(folder, impatient, true);
    }

    private static void bears(Path folder, FaultyRun.Settings settings, boolean supervised)
            throws Exception {
        try (CrashCluster cluster = CrashCluster.start(folder.resolve("broker"));
                FaultyRun run = new FaultyRun(cluster, folder, OUTAGE, settings, supervised)) {
            run.start()
                    .bears(
                            "broker away",
                            () -> {
                                cluster.killBroker();
                                run.lasts(OUTAGE);
                                cluster.startBroker();
                            });
        }
    }
}
