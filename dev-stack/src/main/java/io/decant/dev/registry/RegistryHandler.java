package io.decant.dev.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.decant.pipeline.http.PortGuard;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RequestTooBigException;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP in, HTTP out: reads a request, asks the {@link RegistryApi}, writes the answer or the error
 * as Confluent's registry does. One request at a time touches the API.
 *
 * <p><em>Thread-safe.</em>
 */
final class RegistryHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryHandler.class);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final JsonMapper JSON = new JsonMapper();

    private final RegistryApi api;
    private final PortGuard guard;
    private final Object oneAtATime = new Object();

    /**
     * Makes a handler.
     *
     * @param guard says who may do more than read
     */
    RegistryHandler(RegistryApi api, PortGuard guard) {
        this.api = api;
        this.guard = guard;
    }

    @Override
    public void handleRequest(HttpServerExchange exchange) throws IOException {
        int status = 200;
        JsonNode answer;
        try {
            if (!exchange.getRequestMethod().equals(Methods.GET) && !guard.admits(exchange)) {
                throw RegistryError.unauthorized(PortGuard.REFUSAL);
            }
            Request request = request(exchange);
            synchronized (oneAtATime) {
                answer = api.answer(request);
            }
        } catch (RegistryError refused) {
            status = refused.status();
            answer = error(refused.code(), refused.getMessage());
        } catch (RuntimeException bug) { // the client needs an answer, and the log the reason
            LOG.error("request failed, path={}", exchange.getRequestPath(), bug);
            status = 500;
            answer = error(500, "Internal Server Error");
        }
        LOG.debug("{} {} -> {}", exchange.getRequestMethod(), exchange.getRequestURI(), status);
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, CONTENT_TYPE);
        exchange.getOutputStream().write(JSON.writeValueAsBytes(answer));
        exchange.endExchange();
    }

    private static Request request(HttpServerExchange exchange) throws IOException {
        // The raw path: a subject may hold an encoded slash.
        List<String> path =
                Arrays.stream(exchange.getRequestURI().split("/"))
                        .filter(part -> !part.isEmpty())
                        .map(RegistryHandler::decoded)
                        .toList();
        Map<String, String> query = new TreeMap<>();
        for (Map.Entry<String, Deque<String>> parameter :
                exchange.getQueryParameters().entrySet()) {
            query.put(parameter.getKey(), parameter.getValue().getFirst());
        }
        return new Request(exchange.getRequestMethod().toString(), path, query, body(exchange));
    }

    private static JsonNode body(HttpServerExchange exchange) throws IOException {
        byte[] bytes;
        try {
            bytes = exchange.getInputStream().readAllBytes();
        } catch (RequestTooBigException tooBig) {
            throw RegistryError.tooLarge(exchange.getMaxEntitySize());
        }
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException notJson) {
            throw RegistryError.badRequest(
                    "the request's body is not JSON: " + notJson.getOriginalMessage());
        }
    }

    private static String decoded(String pathPart) {
        try {
            return URLDecoder.decode(pathPart.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw RegistryError.badRequest("the path part " + pathPart + " is not URL-encoded");
        }
    }

    private static JsonNode error(int code, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("error_code", code)
                .put("message", message);
    }
}
