package io.decant.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import io.decant.follower.reload.ServingModel;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
                    json.writeString("binary_tensor_data");
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
     * A body with predictions.
     *
     * @param raw bytes of the outputs that were asked for so, in the JSON's order
     */
    record Predictions(byte[] json, List<byte[]> raw) {
        boolean binary() {
            return !raw.isEmpty();
        }
    }

    /**
     * Predictions.
     *
     * @param logits [rows][classes] row after row
     */
    static Predictions predictions(
            String name,
            ServingModel model,
            InferRequest request,
            float[] logits,
            InstantSource clock) {
        int classCount = model.spec().classCount();
        List<byte[]> raw = new ArrayList<>();
        byte[] object =
                object(
                        json -> {
                            json.writeStringField("model_name", name);
                            json.writeStringField("model_version", Long.toString(model.version()));
                            if (request.id().isPresent()) {
                                json.writeStringField("id", request.id().get());
                            }
                            parameters(json, model, clock);
                            json.writeArrayFieldStart("outputs");
                            for (InferRequest.Output output : request.outputs()) {
                                if (output.name().equals(Protocol.LOGITS)) {
                                    logits(json, output, request.rows(), classCount, logits, raw);
                                } else {
                                    classes(json, output, classes(logits, classCount), raw);
                                }
                            }
                            json.writeEndArray();
                        });
        return new Predictions(object, raw);
    }

    private static void logits(
            JsonGenerator json,
            InferRequest.Output output,
            int rows,
            int classCount,
            float[] logits,
            List<byte[]> raw)
            throws IOException {
        tensor(json, Protocol.LOGITS, "FP32", rows, List.of(classCount));
        if (output.binary()) {
            raw(json, BinaryTensor.ofFloats(logits), raw);
        } else {
            json.writeArrayFieldStart("data");
            for (float logit : logits) {
                json.writeNumber(logit);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void classes(
            JsonGenerator json, InferRequest.Output output, int[] classes, List<byte[]> raw)
            throws IOException {
        tensor(json, Protocol.CLASS, "INT64", classes.length, List.of());
        if (output.binary()) {
            raw(json, BinaryTensor.ofLongs(classes), raw);
        } else {
            json.writeFieldName("data");
            json.writeArray(classes, 0, classes.length);
        }
        json.writeEndObject();
    }

    private static void raw(JsonGenerator json, byte[] bytes, List<byte[]> raw) throws IOException {
        json.writeObjectFieldStart("parameters");
        json.writeNumberField(Protocol.BINARY_SIZE, bytes.length);
        json.writeEndObject();
        raw.add(bytes);
    }

    /** The index of the greatest logit of each row; the first of equals. */
    private static int[] classes(float[] logits, int classCount) {
        int[] classes = new int[logits.length / classCount];
        for (int row = 0; row < classes.length; row++) {
            int best = 0;
            for (int c = 1; c < classCount; c++) {
                if (logits[row * classCount + c] > logits[row * classCount + best]) {
                    best = c;
                }
            }
            classes[row] = best;
        }
        return classes;
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
