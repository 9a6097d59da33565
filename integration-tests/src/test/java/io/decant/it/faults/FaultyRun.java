package io.decant.it.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.CrashCluster;
import io.decant.it.harness.GatewayClient;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.RemadeVersions;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.TopicContents;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.PairKind;
import io.decant.records.TrainingPair;
import io.decant.topics.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All services, each in a process of its own, under 500 samples a second and the questions of an
 * application, while the broker under them is away. <i>Owned by the test's thread.</i>
 */
final class FaultyRun implements AutoCloseable {
    static final int SAMPLES_PER_SECOND = 500;

    /** Four processes start at once, which is slow on a small machine. */
    private static final String STARTUP = "60s";

    private static final Duration STEADY = Duration.ofSeconds(3);

    /** Longest wait for anything that costs no more for a longer outage. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final ClusterSettings topics;
    private final List<ServiceProcess> services;
    private final boolean supervised;
    private final Duration toCatchUp;
    private final RetryingStream stream;
    private Optional<Visitors> visitors = Optional.empty();
    private int startedAgain;

    /** Takes the broker away and brings it back. */
    @FunctionalInterface
    interface Fault {
        /** Returns when the broker takes requests again. */
        void happens() throws Exception;
    }

    /**
     * Prepares everything; {@link #start} begins.
     *
     * @param outage the longest that the producer has to bear
     * @param more settings of all services but the gateway, for example what they bear
     * @param supervised whether services that end are started again
     */
    FaultyRun(CrashCluster cluster, Path folder, Duration outage, Settings more, boolean supervised)
            throws IOException {
        this.supervised = supervised;
        toCatchUp = outage.multipliedBy(3).plus(PATIENCE);
        topics = cluster.installation(3);
        stream = new RetryingStream(topics, SAMPLES_PER_SECOND, outage.plus(PATIENCE));
        services = services(topics, folder, more);
    }

    /** Starts everything, and waits until samples go through to the gateway. */
    FaultyRun start() {
        services.forEach(ServiceProcess::start);
        ServiceProcess edge = services.get(services.size() - 1);
        until("the services to be ready", () -> areReady(services));
        stream.start();
        GatewayClient gateway = gateway(edge);
        until("a first answer", () -> answers(gateway));
        visitors = Optional.of(new Visitors(gateway, new byte[RetryingStream.WIDTH]));
        return this;
    }

    /**
     * What is set for the services.
     *
     * @param teacher lines of its configuration
     * @param joiner lines of its configuration
     * @param trainer lines of its configuration
     */
    record Settings(List<String> teacher, List<String> joiner, List<String> trainer) {
        static final Settings DEFAULTS = new Settings(List.of(), List.of(), List.of());
    }

    private static List<ServiceProcess> services(ClusterSettings topics, Path folder, Settings more)
            throws IOException {
        String width = Integer.toString(RetryingStream.WIDTH);
        String teacher = ConstantTeacher.write(folder, "u8", RetryingStream.WIDTH, 2).toString();
        return List.of(
                new ServiceProcess(
                        "teacher",
                        topics,
                        and(
                                more.teacher(),
                                "teacher.file=" + teacher,
                                "startup-patience=" + STARTUP),
                        folder),
                new ServiceProcess(
                        "joiner",
                        topics,
                        and(
                                more.joiner(),
                                "state-dir=" + folder.resolve("join"),
                                "startup-patience=" + STARTUP),
                        folder),
                new ServiceProcess(
                        "trainer",
                        topics,
                        and(
                                more.trainer(),
                                "recovery.startup-patience=" + STARTUP,
                                "model.dims=" + width + ",8,2",
                                "model.input.shape=" + width,
                                "publish.interval=1s"),
                        folder),
                new ServiceProcess(
                        "gateway",
                        topics,
                        List.of(
                                "model=student",
                                "id=edge",
                                "http.port=0",
                                "signatures.policy=accept",
                                "data-dir=" + Files.createDirectories(folder.resolve("edge"))),
                        folder));
    }

    private static List<String> and(List<String> some, String... more) {
        return java.util.stream.Stream.concat(some.stream(), java.util.stream.Stream.of(more))
                .toList();
    }

    private static boolean areReady(List<ServiceProcess> services) {
        return services.get(1).log().contains("state=RUNNING")
                && services.get(2).log().contains("event=leading")
                && services.get(3).log().contains("event=started service=gateway");
    }

    private static boolean answers(GatewayClient gateway) {
        try {
            return gateway.ask(new byte[RetryingStream.WIDTH]).version() > 0;
        } catch (IllegalStateException noVersionYet) {
            return false;
        }
    }

    private static GatewayClient gateway(ServiceProcess edge) {
        Matcher address = Pattern.compile("address=http://127.0.0.1:(\\d+)").matcher(edge.log());
        assertThat(address.find()).isTrue();
        return new GatewayClient(Integer.parseInt(address.group(1)), "student");
    }

    /** Lets the fault happen, and prints how well it was borne. */
    void bears(String what, Fault fault) throws Exception {
        Visitors visitors = this.visitors.orElseThrow();
        lasts(STEADY);
        int acknowledged = stream.acknowledged();
        int answered = visitors.answered();
        Instant begun = Instant.now();
        fault.happens();
        Instant back = Instant.now();
        int during = visitors.answered() - answered;
        long version = Pipeline.newest(topics).getVersion();
        until("a new version", () -> Pipeline.newest(topics).getVersion() > version);
        Duration recovered = Duration.between(back, Instant.now());
        lasts(STEADY);
        int samples = stream.end();
        int pairs = everythingIsLearnedOnce(samples);
        int versions = RemadeVersions.mustBeEqual(topics, "student");
        assertThat(visitors.failed()).as("questions without an answer").isZero();
        assertThat(during).as("answers while the broker was away").isPositive();
        if (!supervised) {
            assertThat(services).as("services that go on").allMatch(ServiceProcess::isAlive);
        }
        System.out.printf(
                "%n%s, %.0f s, at %d samples/s: %d samples acknowledged (%d of them since), %d pairs, lost 0, repeated 0, %d versions made again; first new version %.1f s after the return; services started again: %d; answers meanwhile: %d, failed %d%n",
                what,
                Duration.between(begun, back).toMillis() / 1e3,
                SAMPLES_PER_SECOND,
                samples,
                samples - acknowledged,
                pairs,
                versions,
                recovered.toMillis() / 1e3,
                startedAgain,
                during,
                visitors.failed());
    }

    private int everythingIsLearnedOnce(int samples) {
        assertThat(stream.refused()).as("records that the producer gave up").isZero();
        assertThat(stream.acknowledged()).isEqualTo(samples);
        await("every sample and label in the journal")
                .atMost(toCatchUp)
                .pollInterval(Duration.ofSeconds(3)) // each look reads the whole journal
                .until(() -> turn(isJoined(samples)));
        Pipeline.awaitLearnedBy(topics, "student");
        RunRecord run = RunRecord.of(topics);
        int pairs = (int) run.pairs().stream().filter(pair -> isLive(pair.value())).count();
        assertThat(pairs).as("pairs").isEqualTo(samples);
        run.checkLaws();
        return pairs;
    }

    private boolean isJoined(int samples) {
        List<TrainingPair> pairs =
                TopicContents.read(topics, Topic.TRAINING_PAIRS, TrainingPair.class).stream()
                        .map(TopicContents.Entry::value)
                        .toList();
        long labels = pairs.stream().filter(pair -> pair.getLabel() != null).count();
        return pairs.stream().filter(FaultyRun::isLive).count() >= samples
                && labels >= RetryingStream.labels(samples);
    }

    private static boolean isLive(TrainingPair pair) {
        return pair.getKind() != PairKind.LABEL_CORRECTION;
    }

    /** Time passes; a supervisor looks after the services. */
    void lasts(Duration time) {
        Instant end = Instant.now().plus(time);
        await().atMost(time.plusSeconds(10)).until(() -> turn(Instant.now().isAfter(end)));
    }

    private void until(String what, java.util.function.BooleanSupplier condition) {
        await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> turn(condition.getAsBoolean()));
    }

    private boolean turn(boolean done) {
        if (supervised) {
            for (ServiceProcess service : services) {
                if (!service.isAlive()) {
                    service.start();
                    startedAgain++;
                }
            }
        }
        return done;
    }

    @Override
    public void close() {
        visitors.ifPresent(Visitors::close);
        stream.close();
        services.forEach(ServiceProcess::close);
    }
}
