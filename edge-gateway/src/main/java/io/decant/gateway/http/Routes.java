package io.decant.gateway.http;

import io.decant.follower.reload.ServingModel;
import io.decant.pipeline.http.PortGuard;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Sends each request to its resource. A prediction may become a sample, so it is the one thing that
 * is not for everybody when the port asks who comes. <i>Thread-safe.</i>
 */
record Routes(Models models, InferHandler infer, PortGuard guard, InstantSource clock) {
    void handle(HttpServerExchange exchange) {
        if (!models.doors().enter()) {
            Responses.close(exchange);
            Responses.refuse(
                    exchange, new RequestRefused(503, "the gateway is stopping; ask another one"));
            return;
        }
        exchange.addExchangeCompleteListener(
                (done, next) -> {
                    models.doors().leave();
                    next.proceed();
                });
        if (models.doors().leaving()) {
            Responses.close(exchange);
        }
        Optional<Route> route = Route.of(exchange.getRequestPath());
        try {
            if (route.isEmpty()) {
                throw new RequestRefused(
                        404,
                        "there is nothing at this path; the model is at /v2/models/"
                                + models.name());
            }
            answer(exchange, route.get());
        } catch (RequestRefused refused) {
            Responses.refuse(exchange, refused);
        }
    }

    private void answer(HttpServerExchange exchange, Route route) throws RequestRefused {
        if (!exchange.getRequestMethod().equalToString(route.method())) {
            exchange.getResponseHeaders().put(Headers.ALLOW, route.method());
            throw new RequestRefused(
                    405,
                    "this path takes " + route.method() + ", not " + exchange.getRequestMethod());
        }
        switch (route.what()) {
            case SERVER_METADATA ->
                    Responses.send(exchange, 200, Answers.serverMetadata(version()));
            case SERVER_LIVE -> Responses.send(exchange, 200, Answers.live());
            case SERVER_READY -> {
                ready(exchange, "");
            }
            case MODEL_METADATA -> {
                ServingModel model = models.find(route);
                Responses.describe(exchange, model, clock);
                Responses.send(exchange, 200, Answers.modelMetadata(models.name(), model, clock));
            }
            case MODEL_READY -> {
                models.find(route);
                ready(exchange, models.name());
            }
            case INFER -> {
                if (!guard.admits(exchange)) {
                    PortGuard.refuse(exchange);
                    throw new RequestRefused(401, PortGuard.REFUSAL);
                }
                infer.handle(exchange, route);
            }
        }
    }

    private void ready(HttpServerExchange exchange, String name) {
        Models.Readiness readiness = models.readiness();
        readiness.model().ifPresent(served -> Responses.describe(exchange, served, clock));
        Responses.send(
                exchange,
                readiness.ready() ? 200 : 503,
                Answers.ready(name, readiness.ready(), readiness.reason()));
    }

    private static String version() {
        String version = Routes.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
