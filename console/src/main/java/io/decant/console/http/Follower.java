package io.decant.console.http;

import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** One page that follows, with a bound on what is on its way to it. <i>Thread-safe.</i> */
final class Follower implements ServerSentEventConnection.EventCallback {
    private final ServerSentEventConnection connection;
    private final int most;
    private final AtomicInteger underway = new AtomicInteger();
    private volatile boolean begun;

    Follower(ServerSentEventConnection connection, int most) {
        this.connection = connection;
        this.most = most;
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Whether it has got everything, and wants what changes since. */
    boolean isWaitingForChanges() {
        return begun;
    }

    /** Sends a frame, or ends the stream when too many are on their way. */
    void send(String json) {
        begun = true;
        if (underway.incrementAndGet() > most) {
            end();
        } else {
            connection.send(json, this);
        }
    }

    void end() {
        try {
            connection.close();
        } catch (IOException gone) {
            // It is closed all the same.
        }
    }

    @Override
    public void done(ServerSentEventConnection sent, String data, String event, String id) {
        underway.decrementAndGet();
    }

    @Override
    public void failed(
            ServerSentEventConnection sent,
            String data,
            String event,
            String id,
            IOException failure) {
        underway.decrementAndGet();
    }
}
