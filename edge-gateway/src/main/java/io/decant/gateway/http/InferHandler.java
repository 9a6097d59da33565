package io.decant.gateway.http;

import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.AnswerObserver;
import io.decant.gateway.reload.ServingModel;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for predictions. The body is collected without a thread; a worker then reads it,
 * takes the model's reference once, and answers from that alone. Requests in progress are bounded:
 * one more is answered with 503 at once. <i>Thread-safe.</i>
 */
final class InferHandler {
    private static final Logger LOG = LoggerFactory.getLogger(InferHandler.class);

    private final HttpSettings settings;
    private final Models models;
    private final GatewayCounters counters;
    private final AnswerObserver observer;
    private final InstantSource clock;
    private final AtomicInteger inProgress = new AtomicInteger();

    InferHandler(
            HttpSettings settings,
            Models models,
            GatewayCounters counters,
            AnswerObserver observer,
            InstantSource clock) {
        this.settings = settings;
        this.models = models;
        this.counters = counters;
        this.observer = observer;
        this.clock = clock;
    }

    void handle(HttpServerExchange exchange, Route route) {
        exchange.addExchangeCompleteListener(
                (done, next) -> {
                    inProgress.decrementAndGet();
                    next.proceed();
                });
        int most = settings.workerThreads() + settings.queuedRequests();
        if (inProgress.incrementAndGet() > most) {
            refuse(
                    exchange,
                    new RequestRefused(
                            503,
                            "more than "
                                    + most
                                    + " requests are in progress; try again, or raise http.queued-requests"));
            return;
        }
        if (exchange.getRequestContentLength() > settings.maxBodyBytes()) {
            refuse(exchange, tooLarge());
            return;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        exchange.getRequestReceiver()
                .receivePartialBytes(
                        (receiving, bytes, last) -> collect(receiving, route, body, bytes, last),
                        // The client went away; there is nobody to answer.
                        (broken, cause) -> broken.endExchange());
    }

    private void collect(
            HttpServerExchange exchange,
            Route route,
            ByteArrayOutputStream body,
            byte[] bytes,
            boolean last) {
        if (body.size() + bytes.length > settings.maxBodyBytes()) {
            exchange.getRequestReceiver().pause();
            refuse(exchange, tooLarge());
            return;
        }
        body.writeBytes(bytes);
        if (last) {
            exchange.dispatch(() -> answer(exchange, route, body.toByteArray()));
        }
    }

    private RequestRefused tooLarge() {
        return new RequestRefused(
                413,
                "the body is larger than "
                        + settings.maxBodyBytes()
                        + " bytes; send fewer inputs in a request, or raise http.max-body-bytes");
    }

    private void answer(HttpServerExchange exchange, Route route, byte[] body) {
        long start = System.nanoTime();
        try {
            ServingModel model = models.find(route);
            InferRequest request =
                    InferRequest.read(body, model.spec().input(), settings.maxBatchRows());
            float[] logits = predict(model, request);
            long nanos = System.nanoTime() - start;
            byte[] json = Answers.predictions(models.name(), model, request, logits, clock);
            Responses.describe(exchange, model, clock);
            counters.answered(request.rows(), System.nanoTime() - start);
            tell(
                    () ->
                            observer.answered(
                                    model,
                                    request.id(),
                                    request.rows(),
                                    request.data(),
                                    logits,
                                    nanos));
            Responses.send(exchange, 200, json);
        } catch (RequestRefused refused) {
            refuse(exchange, refused);
        } catch (RuntimeException bug) {
            // One request must not take the worker down; the sentence in the log finds the bug.
            LOG.error("event=answer_failed path={}", exchange.getRequestPath(), bug);
            refuse(
                    exchange,
                    new RequestRefused(
                            500, "the request could not be answered; see the gateway's log"));
        }
    }

    /** An observer's bug must not cost an answer. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException broken) {
            LOG.error("event=answer_observer_failed", broken);
        }
    }

    private float[] predict(ServingModel model, InferRequest request) throws RequestRefused {
        int classes = model.spec().classCount();
        int inputBytes = model.spec().input().bytes();
        float[] all = new float[Math.multiplyExact(request.rows(), classes)];
        float[] row = new float[classes];
        try {
            for (int i = 0; i < request.rows(); i++) {
                model.logits(request.data(), i * inputBytes, row);
                System.arraycopy(row, 0, all, i * classes, classes);
            }
        } catch (RuntimeException bug) {
            tell(() -> observer.failed(model, request.rows(), request.data(), AnswerObserver.Failure.BROKEN));
            throw bug;
        }
        for (int i = 0; i < all.length; i++) {
            if (!Float.isFinite(all[i])) {
                tell(() -> observer.failed(model, request.rows(), request.data(), AnswerObserver.Failure.NOT_FINITE));
                throw RequestRefused.badInput(
                        "input "
                                + i / classes
                                + " is too large for the model: its logits are not finite");
            }
        }
        return all;
    }

    private void refuse(HttpServerExchange exchange, RequestRefused refused) {
        counters.answeredWithError(refused.status());
        if (!exchange.isRequestComplete()) {
            // Nobody reads the rest of the body.
            exchange.setPersistent(false);
            exchange.getResponseHeaders().put(Headers.CONNECTION, "close");
        }
        Responses.refuse(exchange, refused);
    }
}
