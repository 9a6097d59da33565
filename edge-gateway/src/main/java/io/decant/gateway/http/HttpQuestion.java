package io.decant.gateway.http;

import io.decant.follower.reload.ServingModel;
import io.decant.gateway.GatewayCounters;
import io.decant.gateway.answer.AnswerObserver.Failure;
import io.decant.gateway.answer.Question;
import io.undertow.server.HttpServerExchange;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A complete HTTP request for predictions. <i>Owned by the thread that took it.</i>
 *
 * @param jsonBytes length of the JSON that raw tensors follow; empty when all of the body is JSON
 * @param since when the body was complete, as {@link System#nanoTime} had it
 */
record HttpQuestion(
        HttpServerExchange exchange,
        Route route,
        byte[] body,
        OptionalInt jsonBytes,
        int maxRows,
        Models models,
        GatewayCounters counters,
        InstantSource clock,
        long since)
        implements Question {
    private static final Logger LOG = LoggerFactory.getLogger(HttpQuestion.class);

    @Override
    public Optional<Inputs> read(Optional<ServingModel> current) {
        try {
            ServingModel model = models.find(route, current);
            InferRequest request =
                    InferRequest.read(body, jsonBytes, model.spec().input(), maxRows);
            return Optional.of(new Read(model, request));
        } catch (RequestRefused refused) {
            refuse(refused);
        } catch (RuntimeException bug) {
            broken(bug);
        }
        return Optional.empty();
    }

    /** The request as the model takes it. */
    private final class Read implements Inputs {
        private final ServingModel model;
        private final InferRequest request;

        Read(ServingModel model, InferRequest request) {
            this.model = model;
            this.request = request;
        }

        @Override
        public Optional<String> id() {
            return request.id();
        }

        @Override
        public int rows() {
            return request.rows();
        }

        @Override
        public byte[] data() {
            return request.data();
        }

        @Override
        public void answer(float[] logits) {
            try {
                Answers.Predictions predictions =
                        Answers.predictions(models.name(), model, request, logits, clock);
                counters.answered(request.rows(), System.nanoTime() - since);
                onItsThread(
                        () -> {
                            Responses.describe(exchange, model, clock);
                            Responses.send(exchange, predictions);
                        });
            } catch (RuntimeException bug) {
                broken(bug);
            }
        }

        @Override
        public void fail(Failure failure, int row) {
            refuse(
                    failure == Failure.NOT_FINITE
                            ? RequestRefused.badInput(
                                    "input "
                                            + row
                                            + " is too large for the model: its logits are not finite")
                            : unanswered());
        }
    }

    private void broken(RuntimeException bug) {
        // One request must not take the thread down; the sentence in the log finds the bug.
        LOG.error("event=request_failed path={}", exchange.getRequestPath(), bug);
        refuse(unanswered());
    }

    private void refuse(RequestRefused refused) {
        onItsThread(() -> refuse(exchange, refused, counters));
    }

    /**
     * A connection belongs to its thread. When another one ended an exchange, a request that came
     * right behind was, rarely, never read: the two had switched reading on and off at once.
     */
    private void onItsThread(Runnable respond) {
        try {
            exchange.getIoThread().execute(respond);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("event=answer_dropped reason=\"the server has stopped\"", stopped);
        }
    }

    private static RequestRefused unanswered() {
        return new RequestRefused(500, "the request could not be answered; see the gateway's log");
    }

    static void refuse(
            HttpServerExchange exchange, RequestRefused refused, GatewayCounters counters) {
        counters.answeredWithError(refused.status());
        if (!exchange.isRequestComplete()) {
            // Nobody reads the rest of the body.
            Responses.close(exchange);
        }
        Responses.refuse(exchange, refused);
    }
}
