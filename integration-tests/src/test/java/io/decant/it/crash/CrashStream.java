package io.decant.it.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.crash.Kill.Place;
import io.decant.it.harness.CrashCluster;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.Tally;
import io.decant.pipeline.failpoint.FailPoint;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of samples through real processes that are killed and started again while it runs: a
 * teacher, a joiner, a trainer and its standby, a gateway, and the broker under them. <i>Owned by
 * the test's thread.</i>
 */
final class CrashStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CrashStream.class);

    /** How long anything may take that has to happen at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration BETWEEN_SAMPLES = Duration.ofMillis(20);

    private final CrashCluster cluster;
    private final ClusterSettings topics;
    private final StreamKind kind;
    private final int capacity;
    private final Snares snares;
    private final Map<Victim, ServiceProcess> services = new EnumMap<>(Victim.class);
    private final List<ServiceProcess> trainers = new ArrayList<>();
    private final SteadyStream stream;
    private final Versions versions;
    private boolean brokerWasKilled;
    private int endedByThemselves;

    /** What came of a kill: versions until the next one, and how long the first of them took. */
    record Done(Kill kill, int versions, Optional<Duration> untilNextVersion) {}

    /**
     * Starts everything.
     *
     * @param folder empty; for configurations, logs and states
     * @param capacity most samples
     */
    CrashStream(CrashCluster cluster, Path folder, StreamKind kind, int capacity) {
        this.cluster = cluster;
        this.kind = kind;
        this.capacity = capacity;
        topics = cluster.installation(kind.partitions());
        snares = new Snares(folder("snares", folder));
        KeyPairs.Made keys = keys(folder);
        Map<String, String> environment = Map.of(FailPoint.FOLDER, snares.folder().toString());
        services.put(
                Victim.TEACHER,
                new ServiceProcess(
                        "teacher",
                        topics,
                        and(Tally.teacherSettings(folder, capacity), "session-timeout=2s"),
                        folder,
                        environment));
        services.put(
                Victim.JOINER,
                new ServiceProcess(
                        "joiner",
                        topics,
                        List.of("state-dir=" + folder.resolve("join"), "session-timeout=2s"),
                        folder,
                        environment));
        services.put(
                Victim.GATEWAY,
                new ServiceProcess(
                        "gateway",
                        topics,
                        List.of(
                                "model=" + StreamKind.TALLY,
                                "id=edge",
                                "http.port=0",
                                "signatures.keys=" + keys.publicFile(),
                                "data-dir=" + folder.resolve("gateway"),
                                "reload.save-interval=0ms"),
                        folder,
                        environment));
        for (String name : List.of("trainer-a", "trainer-b")) {
            ServiceProcess trainer =
                    new ServiceProcess(
                            "trainer",
                            topics,
                            and(
                                    and(
                                            Tally.trainerSettings(capacity),
                                            "lease.session-timeout=2s"),
                                    "signing.key=" + keys.privateFile()),
                            folder(name, folder),
                            environment);
            if (kind.models().contains(StreamKind.COUNTED)) {
                trainer.alsoWith(StreamKind.countedSettings(StreamKind.COUNTED, capacity));
            }
            trainers.add(trainer);
        }
        services.values().forEach(ServiceProcess::start);
        trainers.forEach(ServiceProcess::start);
        stream = new SteadyStream(topics, capacity, BETWEEN_SAMPLES);
        versions = new Versions(topics);
    }

    private static KeyPairs.Made keys(Path folder) {
        try {
            return KeyPairs.generate(folder, "keys");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static List<String> and(List<String> settings, String more) {
        List<String> all = new ArrayList<>(settings);
        all.add(more);
        return all;
    }

    private static Path folder(String name, Path parent) {
        try {
            return Files.createDirectories(parent.resolve(name));
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    /** Carries a plan out as far as the stream reaches; what is done is taken from it. */
    List<Done> run(Deque<Kill> plan) {
        until("the first version", () -> versions.count() > 0);
        List<Done> done = new ArrayList<>();
        while (!plan.isEmpty() && stream.goesOn()) {
            done.add(carryOut(plan.remove()));
        }
        return done;
    }

    private Done carryOut(Kill kill) {
        LOG.info("event=kill who=\"{}\" place=\"{}\"", kill.who(), kill.place().label());
        Done done = killAndStartAgain(kill);
        LOG.info(
                "event=killed versions={} until_next={}", done.versions(), done.untilNextVersion());
        return done;
    }

    private Done killAndStartAgain(Kill kill) {
        int before = versions.count();
        Instant killed = Instant.now();
        if (kill.place() instanceof Place.After after) {
            before = versions.countFor(after.delay());
            killed = Instant.now();
            kill.victims().forEach(this::kill);
        } else if (kill.place() instanceof Place.At at) {
            snares.lay(at.point());
            if (isMetWhenTakingOver(at.point())) {
                kill(Victim.TRAINER);
                startTheDead();
            }
            killHeld(at.point());
            before = versions.count();
            killed = Instant.now();
            kill.victims().stream().skip(1).forEach(this::kill);
        }
        startTheDead();
        if (!kill.settles()) {
            return new Done(kill, versions.count() - before, Optional.empty());
        }
        int then = before;
        // A service that starts while the broker is down ends by itself, and is started again.
        until("a version after " + kill, () -> turn(() -> versions.count() > then));
        return new Done(
                kill,
                versions.count() - before,
                Optional.of(Duration.between(killed, Instant.now())));
    }

    private static boolean isMetWhenTakingOver(FailPoint point) {
        return point == FailPoint.TRAINER_DURING_RESTORE
                || point == FailPoint.TRAINER_DURING_REBALANCE;
    }

    private void killHeld(FailPoint point) {
        List<Long> held = new ArrayList<>();
        until(
                "a process to reach " + point.label(),
                () -> {
                    startTheDead();
                    snares.reached(point).ifPresent(held::add);
                    versions.count();
                    return !held.isEmpty();
                });
        all().stream()
                .filter(process -> process.pid() == held.get(0))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "an unknown process was held at " + point.label()))
                .kill();
    }

    private void kill(Victim victim) {
        if (victim == Victim.BROKER) {
            brokerWasKilled = true;
            cluster.killBroker();
            cluster.startBroker();
        } else if (victim == Victim.TRAINER) {
            leader().kill();
        } else {
            services.get(victim).kill();
        }
    }

    /** The trainer that said so last. */
    private ServiceProcess leader() {
        ServiceProcess one = trainers.get(0);
        ServiceProcess other = trainers.get(1);
        return lastLed(one).compareTo(lastLed(other)) >= 0 ? one : other;
    }

    /** Log lines begin with the time of day. */
    private static String lastLed(ServiceProcess trainer) {
        return trainer.log()
                .lines()
                .filter(line -> line.contains("model=tally event=leading"))
                .reduce("", (earlier, later) -> later);
    }

    /** Starts whatever is dead, as a supervisor would. */
    private void startTheDead() {
        for (ServiceProcess process : all()) {
            if (!process.isAlive()) {
                endedByThemselves += process.wasKilled() ? 0 : 1;
                process.start();
            }
        }
    }

    private List<ServiceProcess> all() {
        List<ServiceProcess> all = new ArrayList<>(services.values());
        all.addAll(trainers);
        return all;
    }

    /**
     * Ends the stream, waits until all of it is learned and served, and stops the processes.
     *
     * @return what is left
     */
    StreamResult finish() {
        int samples = stream.end();
        LOG.info("event=stream_ended samples={}", samples);
        StreamResult ended = result(samples, samples);
        until("every sample and label in the journal", () -> turn(ended::isJoined));
        int more = ended.missingToFillAVersion();
        stream.top(more);
        StreamResult result = result(samples + more, samples);
        until("the last samples in the journal", () -> turn(result::isJoined));
        until("the journal to be learned", () -> turn(result::isLearned));
        until("the newest version to be served", () -> turn(result::isServed));
        if (!brokerWasKilled) {
            assertThat(endedByThemselves)
                    .as("processes that ended although nobody killed them:%n%s", logs())
                    .isZero();
        }
        all().forEach(ServiceProcess::close);
        LOG.info("event=all_served versions={}", versions.count());
        return result;
    }

    /** The last samples, which fill a version, carry no labels. */
    private StreamResult result(int samples, int streamed) {
        return new StreamResult(topics, kind, capacity, samples, SteadyStream.labels(streamed));
    }

    private boolean turn(Callable<Boolean> condition) throws Exception {
        startTheDead();
        return condition.call();
    }

    private void until(String what, Callable<Boolean> condition) {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(LOOK)
                    .until(condition);
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(late.getMessage() + System.lineSeparator() + logs(), late);
        }
    }

    private String logs() {
        StringBuilder logs = new StringBuilder();
        for (ServiceProcess process : all()) {
            String log = process.log();
            logs.append("--- ")
                    .append(process)
                    .append(System.lineSeparator())
                    .append(log.substring(Math.max(0, log.length() - 6000)));
        }
        return logs.toString();
    }

    @Override
    public void close() {
        all().forEach(ServiceProcess::close);
        stream.close();
        versions.close();
    }
}
