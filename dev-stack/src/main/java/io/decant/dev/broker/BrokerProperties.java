package io.decant.dev.broker;

import static io.decant.dev.broker.BrokerFolder.CONTROLLER_LISTENER;
import static io.decant.dev.broker.BrokerFolder.NODE_ID;

import java.util.Optional;
import java.util.Properties;

/**
 * The Kafka server configuration of one node that is broker and controller. Pure.
 *
 * <p><em>Thread-safe: no state.</em>
 */
final class BrokerProperties {
    private BrokerProperties() {}

    static Properties of(
            BrokerFolder folder,
            LocalPorts ports,
            Optional<BrokerSecurity> security,
            BrokerSettings settings) {
        Properties properties = new Properties();
        oneNode(properties, ports, security.isPresent());
        security.ifPresent(secure -> properties.putAll(secure.server()));
        properties.put("log.dirs", folder.records().toString());
        properties.put("metadata.log.dir", folder.metadata().toString());
        internalTopicsOnOneNode(properties);
        quickRecovery(properties);
        small(properties);
        // A topic that appears by itself has the wrong settings, and loses its first records.
        properties.put("auto.create.topics.enable", "false");
        properties.putAll(settings.properties());
        return properties;
    }

    private static void oneNode(Properties properties, LocalPorts ports, boolean secure) {
        String listener = secure ? BrokerSecurity.LISTENER : "PLAINTEXT";
        String clients = listener + "://127.0.0.1:" + ports.clients();
        String controller = "127.0.0.1:" + ports.controller();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", String.valueOf(NODE_ID));
        // Static voters: the port may change between two starts of the same folder.
        properties.put("controller.quorum.voters", NODE_ID + "@" + controller);
        properties.put("controller.listener.names", CONTROLLER_LISTENER);
        properties.put("listeners", clients + "," + CONTROLLER_LISTENER + "://" + controller);
        properties.put("advertised.listeners", clients);
        properties.put(
                "listener.security.protocol.map",
                listener
                        + ":"
                        + listener
                        + ","
                        + CONTROLLER_LISTENER
                        + (secure ? ":SSL" : ":PLAINTEXT"));
        properties.put("inter.broker.listener.name", listener);
    }

    private static void internalTopicsOnOneNode(Properties properties) {
        properties.put("default.replication.factor", "1");
        properties.put("min.insync.replicas", "1");
        for (String topic :
                new String[] {
                    "offsets.topic", "transaction.state.log", "share.coordinator.state.topic"
                }) {
            properties.put(topic + ".replication.factor", "1");
            properties.put(topic + ".num.partitions", "1");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
    }

    /** Groups balance at once; what a dead member or writer holds is free after seconds. */
    private static void quickRecovery(Properties properties) {
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.min.session.timeout.ms", "1000");
        properties.put("group.consumer.min.heartbeat.interval.ms", "500");
        properties.put("group.consumer.heartbeat.interval.ms", "500");
        properties.put("group.consumer.min.session.timeout.ms", "6000");
        properties.put("group.consumer.session.timeout.ms", "6000");
        properties.put("group.streams.initial.rebalance.delay.ms", "0");
        properties.put("group.streams.min.heartbeat.interval.ms", "500");
        properties.put("group.streams.heartbeat.interval.ms", "500");
        // How often timed-out transactions are looked for: a killed writer holds back readers.
        properties.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        // After a kill the next start waits this long for the dead broker's session. Shorter ones
        // run out by themselves on a loaded machine.
        properties.put("broker.session.timeout.ms", "6000");
    }

    private static void small(Properties properties) {
        properties.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20));
        properties.put("log.cleaner.threads", "1");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("background.threads", "2");
    }
}
