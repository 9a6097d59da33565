package io.decant.dev.broker;

import java.util.Map;
import java.util.TreeMap;

/**
 * What can be chosen about the single-node broker.
 *
 * <p><em>Immutable.</em>
 *
 * @param port port for clients on 127.0.0.1, 0 to 65535; 0 = a free one at each start
 * @param controllerPort port of the broker's own controller on 127.0.0.1; 0 = a free one
 * @param secure TLS, passwords and access lists; a folder that was secure once always is
 * @param properties Kafka server properties that replace or add to the stack's own
 */
public record BrokerSettings(
        int port, int controllerPort, boolean secure, Map<String, String> properties) {
    public BrokerSettings {
        checkPort("port", port);
        checkPort("controllerPort", controllerPort);
        if (port != 0 && port == controllerPort) {
            throw new IllegalArgumentException(
                    "broker port and controller port must differ, both were " + port);
        }
        properties = Map.copyOf(properties);
    }

    /** Free ports, open to everybody on this machine, no property changed. */
    public static BrokerSettings defaults() {
        return new BrokerSettings(0, 0, false, Map.of());
    }

    /** The same with TLS, passwords and access lists, or without. */
    public BrokerSettings withSecurity(boolean wanted) {
        return new BrokerSettings(port, controllerPort, wanted, properties);
    }

    /** The same with this port for clients. */
    public BrokerSettings withPort(int newPort) {
        return new BrokerSettings(newPort, controllerPort, secure, properties);
    }

    /** The same with this port for the controller. */
    public BrokerSettings withControllerPort(int newPort) {
        return new BrokerSettings(port, newPort, secure, properties);
    }

    /** The same with one Kafka server property more. */
    public BrokerSettings with(String key, String value) {
        Map<String, String> more = new TreeMap<>(properties);
        more.put(key, value);
        return new BrokerSettings(port, controllerPort, secure, more);
    }

    private static void checkPort(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(
                    "broker " + name + " must be 0 to 65535, was " + port);
        }
    }
}
