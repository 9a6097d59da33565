package io.decant.it.faults;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.decant.records.Sample;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;

/**
 * Samples of a newer application: their schema has one field more, at the end. <i>Immutable.</i>
 *
 * @param schemaId the registry's id of that schema
 */
record NewerSamples(int schemaId) {
    /** Registers the newer schema for a topic. */
    static NewerSamples register(String registryUrl, String topic)
            throws IOException, InterruptedException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode schema = (ObjectNode) json.readTree(Sample.getClassSchema().toString());
        schema.withArray("fields")
                .addObject()
                .put("name", "note")
                .put("type", "string")
                .put("default", "");
        String body = json.createObjectNode().put("schema", schema.toString()).toString();
        HttpResponse<String> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(
                                                URI.create(
                                                        registryUrl
                                                                + "/subjects/"
                                                                + topic
                                                                + "-value/versions"))
                                        .header(
                                                "Content-Type",
                                                "application/vnd.schemaregistry.v1+json")
                                        .POST(HttpRequest.BodyPublishers.ofString(body))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        return new NewerSamples(json.readTree(answer.body()).required("id").asInt());
    }

    /** A sample's bytes under the newer schema, its new field empty. */
    byte[] bytes(byte[] sample) {
        return ByteBuffer.allocate(sample.length + 1)
                .put(sample)
                .put((byte) 0)
                .putInt(1, schemaId)
                .array();
    }
}
