package io.decant.dev.broker;

import java.util.Optional;

/**
 * A running single-node broker, wherever it runs.
 *
 * <p><em>Implementations are thread-safe.</em>
 */
public sealed interface DevBroker extends AutoCloseable permits EmbeddedBroker, BrokerProcess {
    /** Where clients connect: {@code 127.0.0.1:port}. */
    String bootstrapServers();

    /** The port of {@link #bootstrapServers()}. */
    int port();

    /** How clients come in; empty when everybody on this machine may do everything. */
    Optional<BrokerSecurity> security();

    /** Stops the broker cleanly; its folder can be started again. Later calls do nothing. */
    @Override
    void close();
}
