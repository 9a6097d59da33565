package io.decant.cli.models;

import io.decant.model.checkpoint.Anchor;
import io.decant.model.checkpoint.AnchorEncoding;
import io.decant.model.checkpoint.Delta;
import io.decant.model.digest.Sha256;
import io.decant.model.forward.MlpForward;
import io.decant.model.spec.CannedInput;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.FormKind;
import io.decant.records.GateOutcome;
import io.decant.records.OffsetRange;
import io.decant.records.Order;
import io.decant.records.WeightEncoding;
import io.decant.records.WeightsChunk;
import io.decant.topics.Topic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** A model's topics in memory, with real weights. <i>Owned by one test.</i> */
final class Registers {
    static final String MODEL = "digits";
    static final ModelSpec SPEC =
            ModelSpec.mlp(
                            List.of(6, 5, 3),
                            new InputSpec(DType.U8, List.of(2, 3), 1.0 / 255, 0.4, 0.3))
                    .withCannedInputs(List.of(CannedInput.of(new byte[] {0, 50, 100, -1, 3, 9})));

    private final TreeMap<Long, StoredRecord<CheckpointManifest>> versions = new TreeMap<>();
    private final List<StoredRecord<Control>> orders = new ArrayList<>();
    private final Map<String, StoredRecord<Control>> last = new HashMap<>();
    private final List<WeightsChunk> chunks = new ArrayList<>();
    private final Random random;
    private float[] weights;
    private long live;

    Registers(long seed) {
        random = new Random(seed);
        weights = InitialWeights.uniform(SPEC, seed);
    }

    /** Publishes the next version: number 1 and multiples of 3 have an anchor, others do not. */
    Registers publish(GateOutcome gate) {
        long version = versions.isEmpty() ? 1 : versions.lastKey() + 1;
        List<CheckpointForm> forms = new ArrayList<>();
        if (version > 1) {
            float[] target = weights.clone();
            for (int i = 0; i < target.length; i++) {
                target[i] += 0.1f * (float) random.nextGaussian();
            }
            Delta delta = Delta.between(weights, target, 7, AnchorEncoding.F32);
            delta.addTo(SPEC, weights);
            forms.add(form(version, FormKind.DELTA, delta.toBytes()));
        }
        if (version == 1 || version % 3 == 0) {
            forms.add(form(version, FormKind.ANCHOR, Anchor.encode(SPEC, little(weights))));
        }
        CheckpointManifest manifest =
                new CheckpointManifest(
                        MODEL,
                        version,
                        version - 1,
                        ByteBuffer.wrap(SPEC.digest()),
                        forms,
                        ByteBuffer.wrap(Sha256.of(weights)),
                        ByteBuffer.allocate(0),
                        List.of(),
                        ByteBuffer.allocate(0),
                        0L,
                        List.of(),
                        Map.of(),
                        List.of(answers()),
                        new OffsetRange("", 0, 0L, 0L),
                        "",
                        0,
                        ByteBuffer.allocate(0),
                        false,
                        1_000 * version,
                        gate,
                        gate == GateOutcome.REFUSED ? "worse by 2 points" : "",
                        "",
                        ByteBuffer.allocate(0));
        versions.put(
                version,
                new StoredRecord<>(
                        Topic.MODEL_REGISTRY,
                        MODEL + "/" + version,
                        version,
                        new byte[0],
                        manifest));
        live = gate == GateOutcome.REFUSED ? live : version;
        return this;
    }

    Registers publish(int versions) {
        for (int i = 0; i < versions; i++) {
            publish(GateOutcome.OFF);
        }
        return this;
    }

    private CheckpointForm form(long version, FormKind kind, byte[] bytes) {
        long offset = chunks.size();
        chunks.add(new WeightsChunk(MODEL, version, kind, 0, 1, ByteBuffer.wrap(bytes)));
        return new CheckpointForm(
                kind,
                kind == FormKind.DELTA ? WeightEncoding.F16 : WeightEncoding.F32,
                new OffsetRange("", 0, offset, offset + 1),
                (long) bytes.length,
                List.of(ByteBuffer.wrap(Sha256.of(bytes))));
    }

    private List<Float> answers() {
        MlpForward forward = new MlpForward(SPEC);
        float[] logits = new float[SPEC.classCount()];
        forward.logits(forward.weights(weights), SPEC.cannedInputs().get(0).bytes(), 0, logits);
        List<Float> row = new ArrayList<>();
        for (float logit : logits) {
            row.add(logit);
        }
        return row;
    }

    /** Forgets a version, as retention does. */
    Registers remove(long version) {
        versions.remove(version);
        return this;
    }

    /** Writes an order after all others. */
    Registers order(String key, Order kind, long version, long atMillis) {
        return order(key, kind, version, atMillis, orders.size() + 1);
    }

    Registers order(String key, Order kind, long version, long atMillis, long sequence) {
        Control control =
                new Control(
                        MODEL,
                        kind,
                        version,
                        "anna",
                        "test",
                        sequence,
                        atMillis,
                        "",
                        ByteBuffer.allocate(0));
        StoredRecord<Control> stored =
                new StoredRecord<>(Topic.CONTROL, key, 10 + orders.size(), new byte[0], control);
        orders.add(stored);
        last.put(key, stored);
        return this;
    }

    Registers override(long version, long atMillis) {
        return order(OrderKeys.override(MODEL), Order.OVERRIDE, version, atMillis);
    }

    Registers pin(long key, long version) {
        return order(OrderKeys.pin(MODEL, key), Order.PIN, version, 0);
    }

    ModelRegister register() {
        TreeMap<Long, StoredRecord<Control>> pins = new TreeMap<>();
        last.forEach(
                (key, order) ->
                        OrderKeys.pinned(MODEL, key)
                                .ifPresent(version -> pins.put(version, order)));
        return new ModelRegister(
                MODEL,
                versions,
                live == 0
                        ? Optional.empty()
                        : Optional.of(
                                new StoredRecord<>(
                                        Topic.MODEL_REGISTRY,
                                        MODEL + "/@live",
                                        99,
                                        new byte[0],
                                        new Alias(
                                                MODEL,
                                                "@live",
                                                live,
                                                live,
                                                0L,
                                                "",
                                                ByteBuffer.allocate(0)))),
                orders,
                Optional.ofNullable(last.get(OrderKeys.override(MODEL))),
                pins,
                List.of());
    }

    /** What the topic holds where a form is announced. */
    List<WeightsChunk> chunks(CheckpointForm form) {
        OffsetRange range = form.getChunks();
        return chunks.subList((int) range.getFrom(), (int) range.getTo());
    }

    WeightsChunk chunk(long version, FormKind kind) {
        return chunks.stream()
                .filter(chunk -> chunk.getVersion() == version && chunk.getForm() == kind)
                .findFirst()
                .orElseThrow();
    }

    /** Weights of the newest version. */
    float[] weights() {
        return weights.clone();
    }

    static ByteBuffer little(float[] weights) {
        ByteBuffer bytes =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(weights);
        return bytes;
    }
}
