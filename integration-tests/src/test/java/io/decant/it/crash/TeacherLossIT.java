package io.decant.it.crash;

import static org.awaitility.Awaitility.await;

import io.decant.it.harness.Producing;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.Tally;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A teacher that dies and never returns, with another one of the same name beside it. */
@ExtendWith(SharedCluster.class)
class TeacherLossIT {
    private static final int CAPACITY = 3000;
    private static final Duration STEP = Duration.ofMillis(200);

    /** A sample that waits longer for its answer is late. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private static final Duration BOUND = Duration.ofSeconds(20);

    private final List<Instant> sent = new ArrayList<>();

    @Test
    void answersAreFreshAgainWithinTwentySecondsAfterATeacherIsKilledForGood(
            ClusterSettings cluster, @TempDir Path folder) throws IOException {
        // Given two teachers that share the partitions
        Snares snares = new Snares(Files.createDirectories(folder.resolve("snares")));
        try (ServiceProcess one = teacher(cluster, folder, snares, 0);
                ServiceProcess other = teacher(cluster, folder, snares, 1);
                Producing producing = new Producing(cluster)) {
            one.start();
            other.start();
            await("both teachers to have partitions")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(STEP)
                    .until(() -> teachersWithPartitions(cluster) == 2);
            await("the first answers")
                    .atMost(Duration.ofSeconds(60))
                    .pollInterval(STEP)
                    .until(() -> isFresh(cluster, producing, Instant.MIN));

            // When one of them is killed with answers that it has not committed, and never returns
            snares.lay(FailPoint.TEACHER_BEFORE_COMMIT);
            await("one of them to be held before a commit")
                    .atMost(BOUND)
                    .pollInterval(STEP)
                    .until(
                            () -> {
                                send(producing);
                                snares.reached(FailPoint.TEACHER_BEFORE_COMMIT)
                                        .ifPresent(pid -> (one.pid() == pid ? one : other).kill());
                                return one.wasKilled() || other.wasKilled();
                            });
            Instant killed = Instant.now();

            // Then the other answers for both
            await("fresh answers to all partitions")
                    .atMost(BOUND)
                    .pollInterval(STEP)
                    .until(() -> isFresh(cluster, producing, killed));
            System.out.printf(
                    "a teacher was killed for good: answers were fresh again after %.1f s%n",
                    Duration.between(killed, Instant.now()).toMillis() / 1000.0);
        }
    }

    private static ServiceProcess teacher(
            ClusterSettings cluster, Path folder, Snares snares, int slot) throws IOException {
        Path own = Files.createDirectories(folder.resolve("teacher-" + slot));
        List<String> settings = new ArrayList<>(Tally.teacherSettings(own, CAPACITY));
        settings.add("slot=" + slot);
        return new ServiceProcess(
                "teacher",
                cluster,
                settings,
                own,
                Map.of(FailPoint.FOLDER, snares.folder().toString()));
    }

    private static long teachersWithPartitions(ClusterSettings cluster) throws Exception {
        String group = cluster.prefix() + "teacher-teacher";
        try (Admin admin = new Clients(cluster).admin("it-teachers")) {
            return admin
                    .describeConsumerGroups(List.of(group))
                    .all()
                    .get()
                    .get(group)
                    .members()
                    .stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        } catch (ExecutionException notYet) {
            return 0;
        }
    }

    /**
     * Sends a few samples more; true when some samples were sent long enough after that time, and
     * all that have waited long enough are answered.
     */
    private boolean isFresh(ClusterSettings cluster, Producing producing, Instant since) {
        send(producing);
        Instant due = Instant.now().minus(FRESH);
        Set<String> answered =
                TopicContents.read(cluster, Topic.SOFT_TARGETS, SoftTarget.class).stream()
                        .map(Entry::value)
                        .map(SoftTarget::getSampleId)
                        .collect(Collectors.toSet());
        boolean later = false;
        for (int index = 0; index < sent.size() && sent.get(index).isBefore(due); index++) {
            later |= sent.get(index).isAfter(since);
            if (!answered.contains("s-" + index)) {
                return false;
            }
        }
        return later;
    }

    private void send(Producing producing) {
        for (int i = 0; i < 6; i++) {
            int index = sent.size();
            producing.send(producing.sample("s-" + index, Tally.oneHot(index, CAPACITY)));
            sent.add(Instant.now());
        }
    }
}
