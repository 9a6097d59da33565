package io.decant.dev.broker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.image.MetadataDelta;
import org.apache.kafka.image.MetadataImage;
import org.apache.kafka.image.loader.LoaderManifest;
import org.apache.kafka.image.publisher.MetadataPublisher;
import org.apache.kafka.metadata.BrokerRegistration;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Controller and broker in one node, as {@link KafkaRaftServer} has them, but for one thing: the
 * broker starts only when the controller has ended the session of its predecessor.
 *
 * <p>After a kill that takes some seconds, and until then the metadata still call the dead broker
 * the leader of its partitions. Kafka's own server loads its transactions meanwhile, as that
 * leader; then the session ends, for a moment no partition has a leader, and Kafka 4.3.1 takes such
 * partitions for deleted and drops the markers that it owes them (KAFKA-20734): a committed
 * transaction is never shown, and read_committed readers wait for ever. A broker that starts
 * afterwards finds no leaders, is made one, and loads its transactions then.
 *
 * <p><em>Owned by {@link EmbeddedBroker}.</em>
 */
final class KraftNode {
    /** On top of the session; only a broken controller needs longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(KraftNode.class);

    private final KafkaConfig config;
    private final SharedServer shared;
    private final ControllerServer controller;
    private final BrokerServer broker;

    KraftNode(KafkaConfig config) {
        this.config = config;
        var folders = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        QuorumConfig quorum = config.quorumConfig();
        shared =
                new SharedServer(
                        config,
                        folders._1(),
                        Time.SYSTEM,
                        Server.initializeMetrics(
                                config, Time.SYSTEM, folders._1().clusterId().orElseThrow()),
                        CompletableFuture.completedFuture(
                                QuorumConfig.parseVoterConnections(quorum.voters())),
                        QuorumConfig.parseBootstrapServers(quorum.bootstrapServers()),
                        new StandardFaultHandlerFactory(),
                        ServerSocketFactory.INSTANCE);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), folders._2());
        broker = new BrokerServer(shared);
    }

    /** Returns when the broker takes requests. */
    void start() {
        controller.startup();
        awaitEndOfPredecessor();
        broker.startup();
    }

    private void awaitEndOfPredecessor() {
        PredecessorsEnd end = new PredecessorsEnd(config.nodeId());
        Duration limit = Duration.ofMillis(config.brokerSessionTimeoutMs()).plus(PATIENCE);
        try {
            shared.loader().installPublishers(List.of(end)).get();
            end.reached.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            shared.loader().removeAndClosePublisher(end).get();
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "the controller did not end the session of the broker that was killed within "
                            + limit.toSeconds()
                            + " s",
                    late);
        } catch (ExecutionException failed) {
            throw new IllegalStateException(
                    "the controller's metadata could not be read", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the broker started", stopped);
        }
    }

    /** Hears of the metadata until no broker of this id has a session. */
    private static final class PredecessorsEnd implements MetadataPublisher {
        private final int node;
        private final CompletableFuture<Void> reached = new CompletableFuture<>();

        PredecessorsEnd(int node) {
            this.node = node;
        }

        @Override
        public String name() {
            return "PredecessorsEnd";
        }

        @Override
        public void onMetadataUpdate(
                MetadataDelta delta, MetadataImage image, LoaderManifest manifest) {
            BrokerRegistration predecessor = image.cluster().broker(node);
            if (predecessor == null || predecessor.fenced()) {
                reached.complete(null);
            }
        }

        /** Holds nothing. */
        @Override
        public void close() {}
    }

    /** The broker first: it says goodbye to the controller. Also after a start that failed. */
    void stop() {
        broker.shutdown();
        controller.shutdown();
        broker.awaitShutdown();
        controller.awaitShutdown();
    }
}
