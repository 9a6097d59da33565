package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Ports of 127.0.0.1 for the broker's two listeners. A port is looked at before the broker takes
 * it, because Kafka reports a taken one only deep inside a failed start.
 *
 * <p><em>Immutable.</em>
 */
record LocalPorts(int clients, int controller) {
    /**
     * Takes the given ports if they are free, and free ones where none is given.
     *
     * @throws DevStackException when a given port is in use
     */
    static LocalPorts choose(BrokerSettings settings) {
        // Both are held until both are known, so that they cannot be the same.
        try (ServerSocket clients = bind(settings.port());
                ServerSocket controller = bind(settings.controllerPort())) {
            return new LocalPorts(clients.getLocalPort(), controller.getLocalPort());
        } catch (IOException failed) {
            throw new DevStackException("could not release a port of 127.0.0.1", failed);
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true); // as Kafka does: a restart may follow at once
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
            return socket;
        } catch (IOException taken) {
            socket.close();
            throw new DevStackException(
                    "port "
                            + port
                            + " of 127.0.0.1 is not free for the broker ("
                            + taken.getMessage()
                            + "); stop the program that uses it or choose another port",
                    taken);
        }
    }
}
