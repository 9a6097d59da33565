package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.decant.it.harness.BalancedClient;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.ServiceProcess;
import io.decant.it.harness.SharedCluster;
import io.decant.it.laws.RunRecord;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.kafka.Sends;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.DType;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.topics.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A release is rolled out: services are stopped with SIGTERM and started again, one after the
 * other, while samples stream in and gateways are asked. One of each pair is restarted; with {@code
 * mvn -P rolling verify} every process is, under 2 000 samples a second.
 */
@ExtendWith(SharedCluster.class)
class RollingRestartIT {
    private static final boolean ALL = Boolean.getBoolean("rolling.all");
    private static final int RATE = Integer.getInteger("rolling.rate", 300);
    private static final int WIDTH = 16;
    private static final String MODEL = "rolled";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** What services log when they run. */
    private static final String RUNNING =
            "event=started|state=RUNNING|event=standing_by|event=leading";

    /** No service may need longer from SIGTERM to its end. */
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private final List<ServiceProcess> processes = new ArrayList<>();
    private final AtomicStream stream = new AtomicStream();

    /** What the producing thread and the test share. */
    private static final class AtomicStream {
        private volatile boolean ending;
        private volatile int produced;
    }

    @Test
    void restartsUnderLoadLoseAndRepeatNothingAndFailNoRequest(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        List<Integer> ports = List.of(freePort(), freePort());
        List<ServiceProcess> teachers =
                List.of(teacher(cluster, folder, 0), teacher(cluster, folder, 1));
        List<ServiceProcess> joiners =
                List.of(joiner(cluster, folder, 0), joiner(cluster, folder, 1));
        List<ServiceProcess> trainers =
                List.of(trainer(cluster, folder, 0), trainer(cluster, folder, 1));
        List<ServiceProcess> gateways =
                List.of(gateway(cluster, folder, ports, 0), gateway(cluster, folder, ports, 1));
        byte[] question = new byte[WIDTH];
        try (BalancedClient client = new BalancedClient(ports, MODEL, question)) {
            // Given two of each under load, and a version at both gateways
            CompletableFuture<Void> producing = CompletableFuture.runAsync(() -> produce(cluster));
            processes.forEach(this::start);
            until("both gateways", () -> ports.stream().allMatch(client::isReady));

            // When they are restarted one after the other
            List<Duration> ends = new ArrayList<>();
            for (ServiceProcess teacher : some(teachers)) {
                ends.add(restart(teacher));
            }
            for (ServiceProcess joiner : some(joiners)) {
                ends.add(restart(joiner));
            }
            ServiceProcess leader = leads(trainers.get(0)) > 0 ? trainers.get(0) : trainers.get(1);
            ends.add(restart(leader));
            if (ALL) {
                ServiceProcess heir = leader == trainers.get(0) ? trainers.get(1) : trainers.get(0);
                ends.add(restart(heir));
            }
            for (int i = 0; i < some(gateways).size(); i++) {
                int port = ports.get(i);
                int asked = client.answers();
                ends.add(restart(gateways.get(i)));
                until("the gateway to be ready again", () -> client.isReady(port));
                assertThat(client.answers()).isGreaterThan(asked);
            }

            // Then nothing is lost or repeated, and no request has failed
            stream.ending = true;
            producing.get();
            Pipeline.awaitPairs(cluster, stream.produced);
            Pipeline.awaitLearnedBy(cluster, MODEL);
            assertThat(client.failures()).isEmpty();
            RunRecord run = Pipeline.checkLaws(cluster);
            assertThat(run.samples()).hasSize(stream.produced);
            assertThat(run.pairs()).hasSize(stream.produced);
            assertThat(run.deadLetters()).isEmpty();
            System.out.printf(
                    "rolling restart: %d samples, %d answers, restarts ended within %s ms%n",
                    stream.produced,
                    client.answers(),
                    ends.stream().map(Duration::toMillis).toList());
        } finally {
            stream.ending = true;
            processes.forEach(ServiceProcess::close);
        }
    }

    private static List<ServiceProcess> some(List<ServiceProcess> pair) {
        return ALL ? pair : pair.subList(0, 1);
    }

    private Duration restart(ServiceProcess process) {
        Duration end = process.terminate(DEADLINE);
        start(process);
        return end;
    }

    private void start(ServiceProcess process) {
        int before = times(process, RUNNING);
        process.start();
        until(process + " to run", () -> times(process, RUNNING) > before);
    }

    private static int times(ServiceProcess process, String words) {
        return (int) Pattern.compile(words).matcher(process.log()).results().count();
    }

    private static int leads(ServiceProcess trainer) {
        return times(trainer, "event=leading");
    }

    /** At a steady rate until the end. */
    private void produce(ClusterSettings cluster) {
        Sends sends = new Sends();
        try (RecordCodec codec = new RecordCodec(cluster);
                Producer<byte[], byte[]> producer =
                        new Clients(cluster).producer("it-rolling", Map.of())) {
            long begin = System.nanoTime();
            while (!stream.ending) {
                send(cluster, codec, producer, sends);
                long due = begin + stream.produced * Duration.ofSeconds(1).toNanos() / RATE;
                LockSupport.parkNanos(due - System.nanoTime());
            }
            producer.flush();
            sends.check();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The callback keeps the first failure.
    private void send(
            ClusterSettings cluster,
            RecordCodec codec,
            Producer<byte[], byte[]> producer,
            Sends sends) {
        String id = "rolled-" + stream.produced;
        byte[] features = new byte[WIDTH];
        ByteBuffer.wrap(features).putInt(stream.produced);
        Sample sample =
                new Sample(
                        id,
                        new Tensor(DType.U8, List.of(WIDTH), ByteBuffer.wrap(features)),
                        System.currentTimeMillis(),
                        Map.of());
        producer.send(
                new ProducerRecord<>(
                        cluster.topics().name(Topic.SAMPLES),
                        cluster.topics().samplePartition(id),
                        id.getBytes(StandardCharsets.UTF_8),
                        codec.encode(Topic.SAMPLES, sample)),
                sends);
        stream.produced++;
    }

    private ServiceProcess process(
            String service, ClusterSettings cluster, Path folder, int number, List<String> more) {
        try {
            Path own = Files.createDirectories(folder.resolve(service + "-" + number));
            List<String> settings = new ArrayList<>(more);
            if (!service.equals("gateway")) {
                settings.add(
                        (service.equals("trainer") ? "recovery." : "") + "startup-patience=60s");
            }
            ServiceProcess process = new ServiceProcess(service, cluster, settings, own);
            processes.add(process);
            return process;
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private ServiceProcess teacher(ClusterSettings cluster, Path folder, int slot) {
        return process(
                "teacher",
                cluster,
                folder,
                slot,
                List.of(
                        "teacher.file=" + ConstantTeacher.write(folder, "u8", WIDTH, 1),
                        "slot=" + slot));
    }

    private ServiceProcess joiner(ClusterSettings cluster, Path folder, int number) {
        return process(
                "joiner",
                cluster,
                folder,
                number,
                List.of("state-dir=" + folder.resolve("join-" + number)));
    }

    private ServiceProcess trainer(ClusterSettings cluster, Path folder, int number) {
        return process(
                "trainer",
                cluster,
                folder,
                number,
                List.of(
                        "model.name=" + MODEL,
                        "model.dims=" + WIDTH + ",8,2",
                        "model.input.dtype=u8",
                        "model.input.shape=" + WIDTH,
                        "model.input.scale=0.004",
                        "model.input.mean=0.5",
                        "model.input.sd=0.3",
                        "publish.interval=1s"));
    }

    private ServiceProcess gateway(
            ClusterSettings cluster, Path folder, List<Integer> ports, int number) {
        return process(
                "gateway",
                cluster,
                folder,
                number,
                List.of(
                        "model=" + MODEL,
                        "id=edge-" + number,
                        "http.port=" + ports.get(number),
                        "http.drain=1s",
                        "signatures.policy=accept",
                        "data-dir=" + folder.resolve("edge-" + number)));
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private void until(String what, BooleanSupplier isSo) {
        Callable<Boolean> condition = isSo::getAsBoolean;
        try {
            await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(condition);
        } catch (ConditionTimeoutException late) {
            StringBuilder logs = new StringBuilder(late.getMessage());
            for (ServiceProcess process : processes) {
                String log = process.log();
                logs.append("\n--- ")
                        .append(process)
                        .append('\n')
                        .append(log.substring(Math.max(0, log.length() - 1500)));
            }
            throw new AssertionError(logs.toString(), late);
        }
    }
}
