package io.decant.trainer.publish;

import io.decant.model.digest.Sha256;
import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.records.TrainerStateChunk;
import io.decant.records.WeightsChunk;
import io.decant.trainer.learn.Intake;
import io.decant.trainer.learn.LearnerState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Fills in the records of one version. <i>Immutable.</i> */
final class VersionRecords {
    /**
     * Metrics that stand in the manifest too: what versions are compared by, and no more, because
     * every gateway reads them. Lineage and the metrics topic have all.
     */
    static final List<String> IN_MANIFEST =
            List.of(
                    "pairs_learned",
                    "alpha",
                    "drift_active",
                    "prequential_accuracy_student",
                    "prequential_accuracy_shadow",
                    "prequential_accuracy_teacher",
                    "prequential_accuracy_sliding_student",
                    "prequential_accuracy_sliding_shadow");

    private final Sealed sealed;
    private final Checkpoint checkpoint;
    private final LearnerState.Header header;
    private final Provenance provenance;
    private final long nowMillis;

    VersionRecords(Sealed sealed, Provenance provenance, long nowMillis) {
        this.sealed = sealed;
        this.checkpoint = sealed.checkpoint();
        this.header = checkpoint.state().header();
        this.provenance = provenance;
        this.nowMillis = nowMillis;
    }

    TrainerStateChunk stateChunk(String slot, int part) {
        TrainerStateChunk chunk = new TrainerStateChunk();
        chunk.setModel(header.model());
        chunk.setVersion(header.version());
        chunk.setSlot(slot);
        chunk.setPart(part);
        chunk.setParts(sealed.stateChunks().size());
        chunk.setData(sealed.stateChunks().get(part));
        return chunk;
    }

    WeightsChunk weightsChunk(SealedForm form, int part) {
        WeightsChunk chunk = new WeightsChunk();
        chunk.setModel(header.model());
        chunk.setVersion(header.version());
        chunk.setForm(form.kind());
        chunk.setPart(part);
        chunk.setParts(form.chunks().size());
        chunk.setData(form.chunks().get(part));
        return chunk;
    }

    private static CheckpointForm form(SealedForm sealed, OffsetRange chunks) {
        CheckpointForm form = new CheckpointForm();
        form.setForm(sealed.kind());
        form.setEncoding(sealed.encoding());
        form.setChunks(chunks);
        form.setBytes(sealed.bytes());
        form.setChunkDigests(
                sealed.chunks().stream().map(chunk -> ByteBuffer.wrap(Sha256.of(chunk))).toList());
        return form;
    }

    /**
     * Written when the offsets of its chunks are known; whoever sends it signs it.
     *
     * @param weights where the chunks of each form are
     */
    CheckpointManifest manifest(OffsetRange state, List<OffsetRange> weights) {
        List<CheckpointForm> forms = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            forms.add(form(sealed.forms().get(i), weights.get(i)));
        }
        CheckpointManifest manifest = new CheckpointManifest();
        manifest.setModel(header.model());
        manifest.setVersion(header.version());
        manifest.setParentVersion(header.version() - 1);
        manifest.setSpecDigest(ByteBuffer.wrap(sealed.spec().digest()));
        manifest.setForms(forms);
        manifest.setWeightsDigest(ByteBuffer.wrap(sealed.weights().digest()));
        manifest.setEmaDigest(ByteBuffer.wrap(sealed.averageDigest()));
        manifest.setJournal(journal());
        manifest.setSpanListDigest(ByteBuffer.wrap(digest(spans())));
        manifest.setWatermarkMillis(checkpoint.watermarkMillis());
        manifest.setTeacherIds(checkpoint.teacherIds().stream().sorted().toList());
        manifest.setMetrics(manifestMetrics());
        manifest.setExpectedLogits(sealed.expectedLogits());
        manifest.setState(state);
        manifest.setStateSlot(sealed.stateSlot().orElse(""));
        manifest.setStateParts(sealed.stateSlot().isPresent() ? sealed.stateChunks().size() : 0);
        manifest.setStateDigest(ByteBuffer.wrap(sealed.stateDigest()));
        manifest.setFinished(checkpoint.finished());
        manifest.setPublishedAtMillis(nowMillis);
        manifest.setGate(checkpoint.gate().outcome());
        manifest.setGateReason(checkpoint.gate().reason());
        manifest.setSignatureKeyId("");
        manifest.setSignature(ByteBuffer.allocate(0));
        return manifest;
    }

    private Map<String, Double> manifestMetrics() {
        Map<String, Double> some = new LinkedHashMap<>();
        for (String name : IN_MANIFEST) {
            Double value = checkpoint.metrics().get(name);
            if (value != null) {
                some.put(name, value);
            }
        }
        return some;
    }

    private List<OffsetRange> journal() {
        Intake intake = checkpoint.intake();
        List<OffsetRange> ranges = new ArrayList<>();
        for (int partition = 0; partition < intake.from().size(); partition++) {
            ranges.add(
                    new OffsetRange(
                            header.journalTopicId(),
                            partition,
                            intake.from().get(partition),
                            intake.to().get(partition)));
        }
        return ranges;
    }

    private List<Span> spans() {
        return checkpoint.intake().spans().stream()
                .map(
                        span ->
                                new Span(
                                        header.journalTopicId(),
                                        span.partition(),
                                        span.first(),
                                        span.last(),
                                        span.records(),
                                        span.hash().duplicate()))
                .toList();
    }

    private List<OffsetRange> gaps() {
        return checkpoint.intake().gaps().stream()
                .map(
                        gap ->
                                new OffsetRange(
                                        header.journalTopicId(),
                                        gap.partition(),
                                        gap.from(),
                                        gap.to()))
                .toList();
    }

    /** SHA-256 of the spans' Avro binary forms, one after the other. */
    private static byte[] digest(List<Span> spans) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        SpecificDatumWriter<Span> writer = new SpecificDatumWriter<>(Span.class);
        try {
            for (Span span : spans) {
                writer.write(span, encoder);
            }
            encoder.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException("writing to memory does not fail", impossible);
        }
        return Sha256.of(bytes.toByteArray());
    }

    Lineage lineage() {
        Lineage lineage = new Lineage();
        lineage.setModel(header.model());
        lineage.setVersion(header.version());
        lineage.setParentVersion(header.version() - 1);
        lineage.setStartOffsets(checkpoint.intake().from());
        lineage.setGaps(gaps());
        lineage.setSpans(spans());
        lineage.setBorders(checkpoint.intake().borders());
        lineage.setFinished(checkpoint.finished());
        lineage.setConfiguration(header.configuration());
        lineage.setSeed(provenance.seed());
        lineage.setEngine(provenance.engine());
        lineage.setCpuCapability(provenance.cpuCapability());
        lineage.setThreads(sealed.spec().threads());
        lineage.setWeightsDigest(ByteBuffer.wrap(sealed.weights().digest()));
        lineage.setStateDigest(ByteBuffer.wrap(sealed.stateDigest()));
        lineage.setMetrics(checkpoint.metrics());
        lineage.setPublishedAtMillis(nowMillis);
        return lineage;
    }

    Alias live() {
        Alias alias = new Alias();
        alias.setModel(header.model());
        alias.setAlias("@live");
        alias.setVersion(header.version());
        alias.setSequence(header.version());
        alias.setUpdatedAtMillis(nowMillis);
        alias.setSignatureKeyId("");
        alias.setSignature(ByteBuffer.allocate(0));
        return alias;
    }
}
