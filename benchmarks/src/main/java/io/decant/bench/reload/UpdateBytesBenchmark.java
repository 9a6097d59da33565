package io.decant.bench.reload;

import io.decant.bench.cluster.BenchCluster;
import io.decant.bench.measure.Machine;
import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayConfig;
import io.decant.gateway.GatewayService;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.pipeline.sign.SigningKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Bytes that a gateway receives: for each version when it is in step, and to catch up after a
 * sleep. Records are keys and values; sockets are what Kafka's clients count, with the protocol's
 * own bytes. <i>Owned by the main thread.</i>
 */
@Command(
        name = "update-bytes",
        mixinStandardHelpOptions = true,
        description = "Bytes of a version for a gateway in step, and of catching up after a sleep.",
        footer = {"", "Example: benchmarks/run update-bytes --versions 200 --asleep 100"})
public final class UpdateBytesBenchmark implements Callable<Integer> {
    private static final String MODEL = "student";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    @Option(
            names = "--dims",
            split = ",",
            defaultValue = "784,128,10",
            description = "Layer widths; default: ${DEFAULT-VALUE}.")
    private List<Integer> dims;

    @Option(
            names = "--versions",
            defaultValue = "100",
            description = "Versions received in step; default: ${DEFAULT-VALUE}.")
    private int versions;

    @Option(
            names = "--interval-millis",
            defaultValue = "200",
            description = "Time between versions; default: ${DEFAULT-VALUE}.")
    private long intervalMillis;

    @Option(
            names = "--asleep",
            defaultValue = "100",
            description =
                    "Versions published while the gateway is away; default: ${DEFAULT-VALUE}.")
    private int asleep;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Machine.describe());
        try (BenchCluster cluster = BenchCluster.start()) {
            ClusterSettings installation = cluster.installation("bytes");
            KeyPairs.Made keys = KeyPairs.generate(cluster.folder(), "publisher");
            VersionSource source = new VersionSource(dims, 1);
            GatewayConfig config =
                    Configuration.of(
                            GatewayConfig.class,
                            List.of(
                                    "cluster.bootstrap-servers=" + installation.bootstrapServers(),
                                    "cluster.schema-registry-url="
                                            + installation.schemaRegistryUrl(),
                                    "cluster.prefix=" + installation.prefix(),
                                    "model=" + MODEL,
                                    "data-dir=" + cluster.folder().resolve("gateway"),
                                    "http.port=0",
                                    "http.drain=0s",
                                    "signatures.keys=" + keys.publicFile()));
            try (Publisher publisher =
                    new Publisher(installation, MODEL, SigningKey.read(keys.privateFile()))) {
                long[] forms = inStep(out, source, publisher, config);
                catchUp(out, source, publisher, config, forms);
            }
        }
        return 0;
    }

    private long[] inStep(
            PrintWriter out, VersionSource source, Publisher publisher, GatewayConfig config) {
        try (GatewayService gateway = GatewayService.start(config, InstantSource.system())) {
            VersionSource.Version first = source.next();
            publisher.publish(first);
            await(gateway, first.number());
            long records = gateway.counters().bytesReceived();
            long sockets = incomingBytes();
            long deltas = 0;
            for (int i = 0; i < versions; i++) {
                Pause.nanos(TimeUnit.MILLISECONDS.toNanos(intervalMillis));
                VersionSource.Version version = source.next();
                deltas += version.delta().orElseThrow().length;
                publisher.publish(version);
                await(gateway, version.number());
            }
            out.printf(
                    "in step, %d versions of %,d parameters: %,.0f bytes of records a version, %,.0f on the sockets; a delta has %,.0f, an anchor %,d%n",
                    versions,
                    source.spec().parameterCount(),
                    (double) (gateway.counters().bytesReceived() - records) / versions,
                    (double) (incomingBytes() - sockets) / versions,
                    (double) deltas / versions,
                    first.anchor().orElseThrow().length);
            out.flush();
            return new long[] {first.anchor().orElseThrow().length, deltas / versions};
        }
    }

    private void catchUp(
            PrintWriter out,
            VersionSource source,
            Publisher publisher,
            GatewayConfig config,
            long[] forms) {
        VersionSource.Version last = null;
        for (int i = 0; i < asleep; i++) {
            last = source.next();
            publisher.publish(last);
        }
        if (last == null) {
            return;
        }
        long sockets = incomingBytes();
        try (GatewayService gateway = GatewayService.start(config, InstantSource.system())) {
            await(gateway, last.number());
            out.printf(
                    "asleep for %d versions: %,d bytes of records, %,d on the sockets; an anchor and ten deltas have %,d%n",
                    asleep,
                    gateway.counters().bytesReceived(),
                    incomingBytes() - sockets,
                    forms[0] + 10 * forms[1]);
            out.flush();
        }
    }

    private static void await(GatewayService gateway, long version) {
        long began = System.nanoTime();
        while (gateway.serving().map(ServingModel::version).orElse(0L) < version) {
            if (System.nanoTime() - began > PATIENCE_NANOS) {
                throw new IllegalStateException(
                        "version " + version + " is not served: " + gateway.state());
            }
            Pause.nanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    /** Of all gateway consumers that live now; one that was closed is no longer counted. */
    private static long incomingBytes() {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            long bytes = 0;
            for (ObjectName name :
                    beans.queryNames(
                            new ObjectName("kafka.consumer:type=consumer-metrics,client-id=*"),
                            null)) {
                bytes += ((Double) beans.getAttribute(name, "incoming-byte-total")).longValue();
            }
            return bytes;
        } catch (JMException unknown) {
            throw new IllegalStateException("Kafka's consumers do not tell their bytes", unknown);
        }
    }
}
