package io.decant.trainer.join;

import io.decant.pipeline.config.Setting;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.monitor.MonitorSettings;
import io.decant.pipeline.source.SourceSettings;
import io.decant.trainer.learn.TeacherSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Configuration of the joiner. <i>Immutable.</i> */
public record JoinerConfig(
        ClusterSettings cluster,
        SourceSettings source,
        @Setting(
                        doc =
                                "How long a sample waits for its label, and how long repetitions are recognised; counted in event time.",
                        otherwise = "1h",
                        min = 1000)
                Duration window,
        @Setting(
                        doc =
                                "How long a pair is kept back for its label; 0ms = learn at once, the label follows as a correction.",
                        otherwise = "0ms",
                        min = 0,
                        max = 60_000)
                Duration softOnlyWait,
        @Setting(
                        doc =
                                "Most pairs kept back for their label in one partition; more leave early.",
                        otherwise = "100000",
                        min = 1)
                int softOnlyWaiting,
        @Setting(
                        doc =
                                "Ids of the teachers whose answers a pair is kept back for; none = the first answer is enough.",
                        otherwise = "")
                List<String> teachers,
        @Setting(
                        doc = "How long a pair is kept back for teachers that have not answered.",
                        otherwise = "1s",
                        min = 1,
                        max = 60_000)
                Duration teachersWait,
        @Setting(
                        doc =
                                "Most pairs kept back for other teachers in one partition; more leave early.",
                        otherwise = "100000",
                        min = 1)
                int teachersWaiting,
        @Setting(
                        doc =
                                "How far in the future an event time may be; records beyond it are dead-lettered.",
                        otherwise = "1m",
                        min = 0)
                Duration futureTolerance,
        @Setting(
                        doc = "Where reading begins when the joiner has never run.",
                        otherwise = "earliest")
                StartAt startAt,
        @Setting(
                        doc = "Where the join's state is kept beside its changelog topic.",
                        otherwise = "rocksdb")
                Store store,
        @Setting(
                        doc = "Folder of the join's state; rebuilt from Kafka when it is lost.",
                        otherwise = "decant-state/joiner")
                Path stateDir,
        @Setting(
                        doc =
                                "Native memory of the state in RocksDB, over all partitions, in bytes.",
                        otherwise = "134217728",
                        min = 4_194_304)
                long storeMemoryBytes,
        @Setting(
                        doc =
                                "Memory in which changes of one commit interval come together, in bytes.",
                        otherwise = "16777216",
                        min = 0)
                long storeCacheBytes,
        @Setting(
                        doc =
                                "Memory for the features of recent samples, over all partitions, in bytes.",
                        otherwise = "67108864",
                        min = 0)
                long sampleCacheBytes,
        @Setting(
                        doc = "Longest wait for features that have left the cache.",
                        otherwise = "5s",
                        min = 100,
                        max = 60_000)
                Duration fetchTimeout,
        @Setting(
                        doc = "Most samples taken along by one fetch of features.",
                        otherwise = "500",
                        min = 1,
                        max = 10_000)
                int fetchSamples,
        @Setting(
                        doc = "Time between two turns of the sweep that forgets what is over.",
                        otherwise = "200ms",
                        min = 10)
                Duration sweepInterval,
        @Setting(
                        doc =
                                "Most states that one turn of the sweep looks at, for each partition.",
                        otherwise = "2000",
                        min = 1,
                        max = 1_000_000)
                int sweepStates,
        @Setting(
                        doc = "Threads that join; partitions are shared among them.",
                        otherwise = "1",
                        min = 1,
                        max = 64)
                int threads,
        @Setting(
                        doc =
                                "Time between two commits: a pair is visible to the trainer after it.",
                        otherwise = "200ms",
                        min = 1,
                        max = 5000)
                Duration commitInterval,
        @Setting(
                        doc = "How long the broker keeps a dead joiner's transaction open.",
                        otherwise = "10s",
                        min = 5000,
                        max = 60_000)
                Duration transactionTimeout,
        @Setting(
                        doc =
                                "How long until another joiner takes over the partitions of a dead one.",
                        otherwise = "6s",
                        min = 1000,
                        max = 300_000)
                Duration sessionTimeout,
        @Setting(
                        doc =
                                "How often within ten minutes work may begin anew after a failure of the surroundings, before the joiner stops.",
                        otherwise = "5",
                        min = 0,
                        max = 100)
                int restarts,
        @Setting(
                        doc =
                                "How long the broker may be away while the joiner runs, before it stops.",
                        otherwise = "10m",
                        min = 60_000,
                        max = 86_400_000)
                Duration outagePatience,
        @Setting(
                        doc = "Longest wait for the broker and for the registry at start, each.",
                        otherwise = "10s",
                        min = 100)
                Duration startupPatience,
        @Setting(doc = "Time between two points in training-metrics.", otherwise = "1s", min = 100)
                Duration metricsInterval,
        MonitorSettings monitor) {

    /** Where reading begins without a committed position. */
    public enum StartAt {
        EARLIEST,
        LATEST
    }

    /** What keeps the join's state. */
    public enum Store {
        /** On disk, bounded memory. */
        ROCKSDB,
        /** On the heap: for short streams and tests. */
        MEMORY
    }

    public JoinerConfig {
        teachers = List.copyOf(teachers);
        if (teachers.size() > TeacherSettings.MOST
                || Set.copyOf(teachers).size() < teachers.size()) {
            throw new IllegalArgumentException(
                    "teachers must name each teacher once, and at most "
                            + TeacherSettings.MOST
                            + ", was "
                            + teachers);
        }
        if (softOnlyWait.compareTo(window) >= 0) {
            throw new IllegalArgumentException(
                    "soft-only-wait must be below window, was " + softOnlyWait + " and " + window);
        }
        if (teachersWait.compareTo(window) >= 0) {
            throw new IllegalArgumentException(
                    "teachers-wait must be below window, was " + teachersWait + " and " + window);
        }
        if (commitInterval.multipliedBy(2).compareTo(transactionTimeout) > 0
                || fetchTimeout.compareTo(transactionTimeout) >= 0) {
            throw new IllegalArgumentException(
                    "transaction-timeout must be at least twice commit-interval and above fetch-timeout, was "
                            + transactionTimeout
                            + " with "
                            + commitInterval
                            + " and "
                            + fetchTimeout);
        }
    }
}
