package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real single-node Kafka broker (KRaft) in this JVM, with a folder that lasts: what was committed
 * is there again at the next start, also after a crash. Ports may differ between two starts.
 *
 * <p>Failure mode: {@link DevStackException} at start when a given port is in use or the folder
 * cannot be written or belongs to a running broker. Nothing is left running then.
 *
 * <p><em>Thread-safe.</em>
 */
public final class EmbeddedBroker implements DevBroker {
    /** Tries with free ports: another program may take one between looking and starting. */
    private static final int FREE_PORT_TRIES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final KraftNode node;
    private final LocalPorts ports;
    private final FolderClaim claim;
    private final Optional<BrokerSecurity> security;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(
            KraftNode node,
            LocalPorts ports,
            FolderClaim claim,
            Optional<BrokerSecurity> security) {
        this.node = node;
        this.ports = ports;
        this.claim = claim;
        this.security = security;
    }

    /**
     * Starts a broker on a folder; returns when it takes requests.
     *
     * @param folder made and formatted when new, else continued
     * @throws DevStackException when it cannot start; the message names the cause
     */
    public static EmbeddedBroker start(Path folder, BrokerSettings settings) {
        BrokerFolder data = new BrokerFolder(folder.toAbsolutePath().normalize());
        Optional<BrokerSecurity> security = BrokerSecurity.of(data, settings);
        FolderClaim claim = data.prepare(security);
        try {
            return startOnSomePort(data, settings, security, claim);
        } catch (RuntimeException failed) {
            release(claim);
            throw failed;
        }
    }

    private static EmbeddedBroker startOnSomePort(
            BrokerFolder data,
            BrokerSettings settings,
            Optional<BrokerSecurity> security,
            FolderClaim claim) {
        boolean portsAreGiven = settings.port() != 0 && settings.controllerPort() != 0;
        for (int tries = 1; ; tries++) {
            LocalPorts ports = LocalPorts.choose(settings);
            try {
                KraftNode node = startOn(data, ports, security, settings);
                LOG.info("broker started, port={} folder={}", ports.clients(), data.root());
                return new EmbeddedBroker(node, ports, claim, security);
            } catch (RuntimeException failed) {
                String reasons = reasons(failed);
                boolean portWasTaken = reasons.contains("failed to bind");
                if (!portWasTaken || portsAreGiven || tries == FREE_PORT_TRIES) {
                    throw new DevStackException(
                            "the broker did not start on port %d with data folder %s: %s"
                                    .formatted(ports.clients(), data.root(), reasons),
                            failed);
                }
                LOG.warn("a port of {} was taken meanwhile, choosing others", ports);
            }
        }
    }

    private static KraftNode startOn(
            BrokerFolder data,
            LocalPorts ports,
            Optional<BrokerSecurity> security,
            BrokerSettings settings) {
        KafkaConfig config =
                KafkaConfig.fromProps(BrokerProperties.of(data, ports, security, settings), false);
        KraftNode node = new KraftNode(config);
        try {
            node.start();
            return node;
        } catch (RuntimeException failed) {
            try {
                node.stop();
            } catch (RuntimeException alsoFailed) {
                failed.addSuppressed(alsoFailed);
            }
            throw failed;
        }
    }

    private static void release(FolderClaim claim) {
        try {
            claim.release();
        } catch (IOException failed) { // it counts only while this process lives
            LOG.warn("could not remove {}", claim.file(), failed);
        }
    }

    private static String reasons(Throwable failure) {
        StringBuilder reasons = new StringBuilder(String.valueOf(failure.getMessage()));
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            reasons.append("; ").append(cause.getMessage());
        }
        return reasons.toString();
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + ports.clients();
    }

    @Override
    public int port() {
        return ports.clients();
    }

    @Override
    public Optional<BrokerSecurity> security() {
        return security;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            node.stop();
            release(claim);
            LOG.info("broker stopped, port={}", ports.clients());
        }
    }
}
