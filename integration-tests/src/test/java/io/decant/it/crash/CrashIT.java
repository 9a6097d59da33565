package io.decant.it.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.CrashCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real processes while samples arrive, and looks whether the topics are as if nothing had
 * happened. {@code mvn -P crash verify -Dkills=200 -Dtest.seed=7} kills more.
 */
class CrashIT {
    private static final long SEED = Long.getLong("test.seed", 20261122L);
    private static final int KILLS = Integer.getInteger("kills", 4);
    private static final int KILLS_PER_STREAM = Integer.getInteger("kills.per.stream", 23);
    private static final int CAPACITY = 6000;

    @Test
    void whateverIsKilledAndWhereverEachPairIsLearnedOnceAndEveryVersionHasTheSameBits(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws Exception {
        Deque<Kill> plan = new ArrayDeque<>(KillPlan.of(SEED, KILLS, victims()));
        KillTable table = new KillTable();
        int versions = 0;
        int streams = 0;
        long start = System.nanoTime();
        try (CrashCluster cluster = CrashCluster.start(folder.resolve("broker"))) {
            while (!plan.isEmpty()) {
                // Given a stream of samples through real processes
                StreamKind kind = StreamKind.values()[streams % StreamKind.values().length];
                Path own = Files.createDirectories(folder.resolve("stream-" + streams++));
                Deque<Kill> share = new ArrayDeque<>();
                while (share.size() < KILLS_PER_STREAM && !plan.isEmpty()) {
                    share.add(plan.remove());
                }
                int planned = share.size();
                try (CrashStream stream = new CrashStream(cluster, own, kind, CAPACITY)) {
                    // When they are killed by the plan
                    List<CrashStream.Done> done = stream.run(share);
                    while (!share.isEmpty()) {
                        plan.addFirst(share.removeLast());
                    }
                    // Then what is left is what an unharmed run leaves
                    boolean equal = false;
                    try {
                        versions += stream.finish().check();
                        equal = true;
                    } finally {
                        table.add(done, equal);
                    }
                    assertThat(done).as("kills of %d planned", planned).isNotEmpty();
                }
            }
        } catch (AssertionError | RuntimeException failed) {
            throw new AssertionError(
                    "after %d kills in %d streams; to repeat it: mvn -P crash verify -Dkills=%d -Dtest.seed=%d%n%s"
                            .formatted(table.kills(), streams, KILLS, SEED, table),
                    failed);
        }
        System.out.printf(
                "%n%s%d kills in %d streams, %d versions, seed %d, %.0f s%n",
                table, table.kills(), streams, versions, SEED, (System.nanoTime() - start) / 1e9);
        assertThat(table.kills()).isEqualTo(KILLS);
    }

    /** All, or those that {@code -Dvictims=teacher,broker} names. */
    private static List<Victim> victims() {
        String only = System.getProperty("victims", "");
        return Stream.of(Victim.values())
                .filter(
                        victim ->
                                only.isEmpty() || List.of(only.split(",")).contains(victim.label()))
                .toList();
    }
}
