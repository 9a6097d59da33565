package io.decant.dev.registry;

import io.decant.pipeline.http.HttpSecurity;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What can be chosen about the embedded registry.
 *
 * <p><em>Immutable.</em>
 *
 * @param host address to listen on: 127.0.0.1 for this machine alone, 0.0.0.0 for every interface
 * @param port HTTP port; 0 = a free one
 * @param topic compacted topic of one partition that holds the schemas
 * @param compatibility global level until one is set through the API
 * @param timeout limit of each step of the start (topic, replay) and of one write; positive
 * @param maxRequestBytes largest body of a request; at least 1
 * @param kafka settings of its Kafka clients: TLS, password
 * @param security who may do more than read
 */
public record RegistrySettings(
        String host,
        int port,
        String topic,
        Compatibility compatibility,
        Duration timeout,
        long maxRequestBytes,
        Map<String, String> kafka,
        HttpSecurity security) {
    public RegistrySettings {
        Objects.requireNonNull(host, "host");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("registry port must be 0 to 65535, was " + port);
        }
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "registry timeout must be at least 1 ms, was " + timeout);
        }
        kafka = Map.copyOf(kafka);
        if (maxRequestBytes < 1) {
            throw new IllegalArgumentException(
                    "registry maxRequestBytes must be at least 1, was " + maxRequestBytes);
        }
    }

    /** This machine alone, a free port, topic {@code _schemas}, BACKWARD, 30 s, 1 MiB. */
    public static RegistrySettings defaults() {
        return new RegistrySettings(
                "127.0.0.1",
                0,
                "_schemas",
                Compatibility.BACKWARD,
                Duration.ofSeconds(30),
                1 << 20,
                Map.of(),
                HttpSecurity.NONE);
    }

    /** The same, on a cluster with passwords, or with an HTTP port that is guarded. */
    public RegistrySettings with(Map<String, String> newKafka, HttpSecurity newSecurity) {
        return new RegistrySettings(
                host, port, topic, compatibility, timeout, maxRequestBytes, newKafka, newSecurity);
    }

    /** The same on this port. */
    public RegistrySettings withPort(int newPort) {
        return new RegistrySettings(
                host, newPort, topic, compatibility, timeout, maxRequestBytes, kafka, security);
    }

    /** The same on this address. */
    public RegistrySettings withHost(String newHost) {
        return new RegistrySettings(
                newHost, port, topic, compatibility, timeout, maxRequestBytes, kafka, security);
    }
}
