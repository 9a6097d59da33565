package io.decant.dev.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to the registry, decoded.
 *
 * <p><em>Immutable, as long as nobody writes to the body.</em>
 *
 * @param method GET, PUT, …
 * @param path parts of the path between the slashes
 * @param query the first value of each parameter
 * @param body a missing node when there is none
 */
record Request(String method, List<String> path, Map<String, String> query, JsonNode body) {
    Request {
        path = List.copyOf(path);
        query = Map.copyOf(query);
    }

    /** The part at an index, or empty text behind the end. */
    String part(int index) {
        return index < path.size() ? path.get(index) : "";
    }

    /** The second part, which names the subject in most paths. */
    Optional<String> subject() {
        return path.size() < 2 ? Optional.empty() : Optional.of(path.get(1));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query.getOrDefault(name, ""));
    }

    /** Method and number of parts, as {@code "GET 3"}. */
    String shape() {
        return method + " " + path.size();
    }

    /** A text field of the body. */
    Optional<String> field(String name) {
        return Optional.ofNullable(body.get(name))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }
}
