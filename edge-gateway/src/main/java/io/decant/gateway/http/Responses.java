package io.decant.gateway.http;

import io.decant.follower.reload.ServingModel;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.nio.ByteBuffer;
import java.time.InstantSource;

/** Sends JSON answers. <i>Thread-safe.</i> */
final class Responses {
    static final HttpString MODEL_VERSION = new HttpString("Decant-Model-Version");
    static final HttpString WATERMARK = new HttpString("Decant-Watermark");
    static final HttpString STALENESS = new HttpString("Decant-Staleness-Millis");

    private static final HttpString JSON_LENGTH = new HttpString(Protocol.HEADER_LENGTH);

    private Responses() {}

    static void send(HttpServerExchange exchange, int status, byte[] json) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
        exchange.getResponseSender().send(ByteBuffer.wrap(json));
    }

    /** Predictions; raw tensors follow the JSON, whose length a header gives then. */
    static void send(HttpServerExchange exchange, Answers.Predictions predictions) {
        if (!predictions.binary()) {
            send(exchange, 200, predictions.json());
            return;
        }
        exchange.setStatusCode(200);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
        exchange.getResponseHeaders().put(JSON_LENGTH, predictions.json().length);
        ByteBuffer[] body = new ByteBuffer[1 + predictions.raw().size()];
        body[0] = ByteBuffer.wrap(predictions.json());
        for (int i = 1; i < body.length; i++) {
            body[i] = ByteBuffer.wrap(predictions.raw().get(i - 1));
        }
        exchange.getResponseSender().send(body);
    }

    /** The connection ends with this answer. */
    static void close(HttpServerExchange exchange) {
        exchange.setPersistent(false);
        exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
    }

    static void refuse(HttpServerExchange exchange, RequestRefused refused) {
        if (refused.status() == 503) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, 1);
        }
        send(exchange, refused.status(), Answers.error(refused.getMessage()));
    }

    /** Says in headers which model the answer is about. */
    static void describe(HttpServerExchange exchange, ServingModel model, InstantSource clock) {
        exchange.getResponseHeaders().put(MODEL_VERSION, model.version());
        model.watermark()
                .ifPresent(at -> exchange.getResponseHeaders().put(WATERMARK, at.toString()));
        model.stalenessMillis(clock)
                .ifPresent(millis -> exchange.getResponseHeaders().put(STALENESS, millis));
    }
}
