package io.decant.gateway.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decant.follower.reload.HighestSeen;
import io.decant.follower.reload.VersionId;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The newest that was seen of a model, on disk, as JSON. <i>Used by one thread at a time.</i> */
public final class SeenFile {
    private static final int MAX_BYTES = 4096;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path file;

    public SeenFile(Path folder, String model) {
        file = folder.resolve(URLEncoder.encode(model, StandardCharsets.UTF_8) + ".seen.json");
    }

    public Path file() {
        return file;
    }

    /**
     * Reads it; nothing was seen when there is no file.
     *
     * @throws IOException if the file is damaged
     */
    public HighestSeen load() throws IOException {
        if (!Files.exists(file)) {
            return HighestSeen.NOTHING;
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException(file + " has more than " + MAX_BYTES + " bytes");
        }
        return parse(Files.readString(file, StandardCharsets.UTF_8));
    }

    static HighestSeen parse(String text) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw new IOException("it is not JSON: " + malformed.getOriginalMessage(), malformed);
        }
        long version = number(node, "version");
        return new HighestSeen(
                text(node, "topicId"),
                version == 0
                        ? Optional.empty()
                        : Optional.of(new VersionId(version, text(node, "weightsDigest"))),
                number(node, "liveSequence"),
                number(node, "orderVersion"),
                number(node, "orderSequence"));
    }

    private static long number(JsonNode node, String name) throws IOException {
        JsonNode value = node.path(name);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
            throw new IOException(name + " must be a whole number of at least 0, was " + value);
        }
        return value.longValue();
    }

    private static String text(JsonNode node, String name) throws IOException {
        if (!node.path(name).isTextual()) {
            throw new IOException(name + " must be text, was " + node.path(name));
        }
        return node.path(name).textValue();
    }

    /** Writes it in place of the one before; durable when this returns. */
    public void save(HighestSeen seen) throws IOException {
        ObjectNode node = JSON.createObjectNode();
        node.put("topicId", seen.topicId());
        node.put("version", seen.versionNumber());
        node.put("weightsDigest", seen.version().map(VersionId::weightsDigest).orElse(""));
        node.put("liveSequence", seen.liveSequence());
        node.put("orderVersion", seen.orderVersion());
        node.put("orderSequence", seen.orderSequence());
        AtomicFile.write(file, JSON.writeValueAsBytes(node));
    }
}
