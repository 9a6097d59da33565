package io.decant.gateway.http;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.Question;
import io.undertow.io.Receiver;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes requests for predictions in. A body is collected without a thread, and within bounds; then
 * the request waits for a thread that answers it. Requests in progress, and the bytes of their
 * bodies, are bounded: one more is answered with 503 at once. <i>Thread-safe.</i>
 */
final class InferHandler {
    private static final HttpString JSON_LENGTH = new HttpString(Protocol.HEADER_LENGTH);

    private final HttpSettings settings;
    private final Models models;
    private final GatewayCounters counters;
    private final BlockingQueue<Question> questions;
    private final InstantSource clock;
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicLong bytesInProgress = new AtomicLong();

    /**
     * Makes a handler.
     *
     * @param questions takes every complete request; has room for all that may be in progress
     */
    InferHandler(
            HttpSettings settings,
            Models models,
            GatewayCounters counters,
            BlockingQueue<Question> questions,
            InstantSource clock) {
        this.settings = settings;
        this.models = models;
        this.counters = counters;
        this.questions = questions;
        this.clock = clock;
    }

    /** Most requests in progress: those that wait, and one for each thread. */
    static int most(HttpSettings settings) {
        return settings.workerThreads() + settings.queuedRequests();
    }

    void handle(HttpServerExchange exchange, Route route) throws RequestRefused {
        Body body = new Body(exchange, route);
        exchange.addExchangeCompleteListener(
                (done, next) -> {
                    inProgress.decrementAndGet();
                    bytesInProgress.addAndGet(-body.counted);
                    next.proceed();
                });
        if (inProgress.incrementAndGet() > most(settings)) {
            body.refuse(
                    new RequestRefused(
                            503,
                            "more than "
                                    + most(settings)
                                    + " requests are in progress; try again, or raise http.queued-requests"));
        } else if (exchange.getRequestContentLength() > settings.maxBodyBytes()) {
            body.refuse(tooLarge());
        } else {
            exchange.getRequestReceiver()
                    .receivePartialBytes(
                            body,
                            // The client went away; there is nobody to answer.
                            (broken, cause) -> broken.endExchange());
        }
    }

    private RequestRefused tooLarge() {
        return new RequestRefused(
                413,
                "the body is larger than "
                        + settings.maxBodyBytes()
                        + " bytes; send fewer inputs in a request, or raise http.max-body-bytes");
    }

    /** Collects the body of one request as it comes. <i>Owned by the connection's thread.</i> */
    private final class Body implements Receiver.PartialBytesCallback {
        private final HttpServerExchange exchange;
        private final Route route;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long counted;

        Body(HttpServerExchange exchange, Route route) {
            this.exchange = exchange;
            this.route = route;
        }

        @Override
        public void handle(HttpServerExchange receiving, byte[] piece, boolean last) {
            if (bytes.size() + piece.length > settings.maxBodyBytes()) {
                receiving.getRequestReceiver().pause();
                refuse(tooLarge());
                return;
            }
            counted += piece.length;
            if (bytesInProgress.addAndGet(piece.length) > settings.queuedBytes()) {
                receiving.getRequestReceiver().pause();
                refuse(
                        new RequestRefused(
                                503,
                                "the bodies of requests in progress exceed "
                                        + settings.queuedBytes()
                                        + " bytes; try again, or raise http.queued-bytes"));
                return;
            }
            bytes.writeBytes(piece);
            if (last) {
                receiving.dispatch(SameThreadExecutor.INSTANCE, this::ask);
            }
        }

        private void ask() {
            try {
                questions.add(
                        new HttpQuestion(
                                exchange,
                                route,
                                bytes.toByteArray(),
                                jsonLength(exchange),
                                settings.maxBatchRows(),
                                models,
                                counters,
                                clock,
                                System.nanoTime()));
            } catch (RequestRefused refused) {
                refuse(refused);
            }
        }

        private void refuse(RequestRefused refused) {
            HttpQuestion.refuse(exchange, refused, counters);
        }
    }

    private static OptionalInt jsonLength(HttpServerExchange exchange) throws RequestRefused {
        String text = exchange.getRequestHeaders().getFirst(JSON_LENGTH);
        if (text == null) {
            return OptionalInt.empty();
        }
        try {
            int length = Integer.parseInt(text.strip());
            if (length >= 0) {
                return OptionalInt.of(length);
            }
        } catch (NumberFormatException notANumber) {
            // Told below.
        }
        throw RequestRefused.badInput(
                Protocol.HEADER_LENGTH + " must be the length of the JSON in bytes, 0 or more");
    }
}
