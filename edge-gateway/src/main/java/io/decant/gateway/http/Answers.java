package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.decant.gateway.reload.ServingModel;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Writes the protocol's JSON answers. <i>Thread-safe: pure.</i> */
final class Answers {
    private Answers() {}

    /** Writes fields of a JSON object. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    static byte[] object(Fields fields) {
        try (ByteArrayBuilder bytes = new ByteArrayBuilder()) {
            try (JsonGenerator json = Protocol.JSON.createGenerator(bytes)) {
                json.writeStartObject();
                fields.write(json);
                json.writeEndObject();
            }
            return bytes.toByteArray();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to an array does no I/O", impossible);
        }
    }

    static byte[] error(String sentence) {
        return object(json -> json.writeStringField("error", sentence));
    }

    static byte[] serverMetadata(String version) {
        return object(
                json -> {
                    json.writeStringField("name", "decant");
                    json.writeStringField("version", version);
                    json.writeArrayFieldStart("extensions");
                    json.writeEndArray();
                });
    }

    /**
     * Readiness with its reason, so that a probe's log says why.
     *
     * @param name whose; empty for the server's own
     */
    static byte[] ready(String name, boolean ready, String reason) {
        return object(
                json -> {
                    if (!name.isEmpty()) {
                        json.writeStringField("name", name);
                    }
                    json.writeBooleanField("ready", ready);
                    json.writeStringField("reason", reason);
                });
    }

    static byte[] live() {
        return object(json -> json.writeBooleanField("live", true));
    }

    /** What the model takes and gives; -1 is any number of inputs. */
    static byte[] modelMetadata(String name, ServingModel model, InstantSource clock) {
        InputSpec input = model.spec().input();
        return object(
                json -> {
                    json.writeStringField("name", name);
                    json.writeArrayFieldStart("versions");
                    json.writeString(Long.toString(model.version()));
                    json.writeEndArray();
                    json.writeStringField("platform", "decant_mlp");
                    parameters(json, model, clock);
                    json.writeArrayFieldStart("inputs");
                    tensor(
                            json,
                            Protocol.INPUT,
                            Protocol.datatype(input.dtype()),
                            -1,
                            input.shape());
                    json.writeEndObject();
                    json.writeEndArray();
                    json.writeArrayFieldStart("outputs");
                    tensor(json, Protocol.LOGITS, "FP32", -1, List.of(model.spec().classCount()));
                    json.writeEndObject();
                    tensor(json, Protocol.CLASS, "INT64", -1, List.of());
                    json.writeEndObject();
                    json.writeEndArray();
                });
    }

    /**
     * Predictions.
     *
     * @param logits [rows][classes] row after row
     */
    static byte[] predictions(
            String name,
            ServingModel model,
            InferRequest request,
            float[] logits,
            InstantSource clock) {
        return object(
                json -> {
                    json.writeStringField("model_name", name);
                    json.writeStringField("model_version", Long.toString(model.version()));
                    if (request.id().isPresent()) {
                        json.writeStringField("id", request.id().get());
                    }
                    parameters(json, model, clock);
                    json.writeArrayFieldStart("outputs");
                    for (String output : request.outputs()) {
                        if (output.equals(Protocol.LOGITS)) {
                            logits(json, request.rows(), model.spec().classCount(), logits);
                        } else {
                            classes(json, request.rows(), model.spec().classCount(), logits);
                        }
                    }
                    json.writeEndArray();
                });
    }

    private static void logits(JsonGenerator json, int rows, int classes, float[] logits)
            throws IOException {
        tensor(json, Protocol.LOGITS, "FP32", rows, List.of(classes));
        json.writeArrayFieldStart("data");
        for (float logit : logits) {
            json.writeNumber(logit);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void classes(JsonGenerator json, int rows, int classes, float[] logits)
            throws IOException {
        tensor(json, Protocol.CLASS, "INT64", rows, List.of());
        json.writeArrayFieldStart("data");
        for (int row = 0; row < rows; row++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (logits[row * classes + c] > logits[row * classes + best]) {
                    best = c;
                }
            }
            json.writeNumber(best);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Begins a tensor's object; the caller ends it. */
    private static void tensor(
            JsonGenerator json, String name, String datatype, int rows, List<Integer> shape)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("datatype", datatype);
        json.writeArrayFieldStart("shape");
        json.writeNumber(rows);
        for (int size : shape) {
            json.writeNumber(size);
        }
        json.writeEndArray();
    }

    private static void parameters(JsonGenerator json, ServingModel model, InstantSource clock)
            throws IOException {
        json.writeObjectFieldStart("parameters");
        Optional<Instant> watermark = model.watermark();
        if (watermark.isPresent()) {
            json.writeStringField("watermark", watermark.get().toString());
        }
        OptionalLong staleness = model.stalenessMillis(clock);
        if (staleness.isPresent()) {
            json.writeNumberField("staleness_millis", staleness.getAsLong());
        }
        json.writeStringField("served_since", model.servedSince().toString());
        json.writeEndObject();
    }
}
