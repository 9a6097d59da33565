package io.decant.console.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import io.decant.console.order.OrderDesk;
import io.decant.console.order.Wish;
import io.decant.pipeline.http.PortGuard;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes an order from the page. Another site cannot make a browser send one: the token stands in a
 * header that only a script of this page sets, the body is JSON, which needs a consent across sites
 * that this server never gives, and a browser that says where a request comes from must say from
 * here. One order at a time. <i>Thread-safe.</i>
 */
final class OrderHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(OrderHandler.class);

    private final OrderDesk desk;
    private final PortGuard guard;
    private final Semaphore oneAtATime = new Semaphore(1);

    OrderHandler(OrderDesk desk, PortGuard guard) {
        this.desk = desk;
        this.guard = guard;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) {
        if (!exchange.getRequestMethod().equals(Methods.POST)) {
            exchange.getResponseHeaders().put(Headers.ALLOW, "POST");
            Json.error(exchange, 405, "an order is given with POST");
        } else if (!guard.admits(exchange)) {
            PortGuard.refuse(exchange);
            Json.error(exchange, 401, PortGuard.REFUSAL);
        } else if (!isOfThisPage(exchange)) {
            Json.error(
                    exchange,
                    403,
                    "an order comes from the console's own page, or from a program, as application/json");
        } else {
            exchange.getRequestReceiver()
                    .receiveFullBytes((same, body) -> same.dispatch(() -> take(same, body)));
        }
    }

    private static boolean isOfThisPage(HttpServerExchange exchange) {
        String type = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        return type != null
                && type.split(";")[0].strip().equalsIgnoreCase("application/json")
                && (site == null || site.equals("same-origin"));
    }

    private void take(HttpServerExchange exchange, byte[] body) {
        if (!oneAtATime.tryAcquire()) {
            Json.error(exchange, 503, "another order is being written; try again in a moment");
            return;
        }
        try {
            Wish wish = Json.MAPPER.readValue(new String(body, StandardCharsets.UTF_8), Wish.class);
            answer(exchange, wish);
        } catch (ValueInstantiationException wrong) {
            Json.error(exchange, 400, wrong.getCause().getMessage());
        } catch (JsonProcessingException malformed) {
            Json.error(
                    exchange,
                    400,
                    "the body must be JSON with model, kind, version, author and reason");
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            Json.error(exchange, 503, "the console is stopping");
        } catch (RuntimeException failed) {
            // The page needs an answer whatever went wrong, and the log the reason.
            LOG.error("service=console event=order_failed", failed);
            Json.error(
                    exchange,
                    502,
                    "the order could not be written, or its fate is not known: "
                            + failed.getMessage());
        } finally {
            oneAtATime.release();
        }
    }

    private void answer(HttpServerExchange exchange, Wish wish) throws InterruptedException {
        OrderDesk.Answer answer = desk.give(wish);
        LOG.info(
                "service=console event=order model={} kind={} version={} author=\"{}\" written={}",
                wish.model(),
                wish.kind(),
                wish.version(),
                wish.author(),
                answer instanceof OrderDesk.Answer.Written);
        if (answer instanceof OrderDesk.Answer.Written written) {
            Json.send(exchange, 200, Json.text(Map.of("written", written.text())));
        } else if (answer instanceof OrderDesk.Answer.Refused refused) {
            Json.error(exchange, 409, refused.reason());
        }
    }
}
