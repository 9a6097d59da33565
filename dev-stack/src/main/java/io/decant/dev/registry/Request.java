package io.decant.dev.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** The subject that a part names; empty behind the end. */
    Optional<String> subject(int index) {
        return Optional.of(part(index)).filter(part -> !part.isEmpty()).map(SubjectNames::subject);
    }

    /** What the subjects asked for begin with. */
    String subjectPrefix() {
        return SubjectNames.prefix(query.getOrDefault("subjectPrefix", ""));
    }

    boolean flag(String name) {
        return Boolean.parseBoolean(query.getOrDefault(name, ""));
    }

    /** The part of a list that the client asked for with {@code offset} and {@code limit}. */
    <T> Stream<T> page(Stream<T> all) {
        Stream<T> rest = all.skip(Math.max(0, number("offset")));
        int limit = number("limit");
        return limit > 0 ? rest.limit(limit) : rest;
    }

    private int number(String name) {
        try {
            return Integer.parseInt(query.getOrDefault(name, "0"));
        } catch (NumberFormatException notANumber) {
            throw RegistryError.noSuchPath();
        }
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
