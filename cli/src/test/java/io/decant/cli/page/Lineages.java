package io.decant.cli.page;

import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.GateOutcome;
import io.decant.records.Lineage;
import io.decant.records.OffsetRange;
import io.decant.records.Span;
import io.decant.records.WeightEncoding;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Records about versions, as a trainer would write them. <i>Thread-safe.</i> */
public final class Lineages {
    /** When version n was published, milliseconds since 1970-01-01T00:00Z, is n seconds after. */
    public static final long START_MILLIS = 1_800_000_000_000L;

    private static final String TOPIC = "journal";

    private Lineages() {}

    /** Version n learned the offsets 10 (n - 1) to 10 n - 1 of partition 1. */
    public static Lineage version(
            long version, Map<String, Double> metrics, Map<String, Double> more) {
        Map<String, Double> all = new HashMap<>(metrics);
        all.putAll(more);
        long first = 10 * (version - 1);
        Lineage lineage = new Lineage();
        lineage.setModel("student");
        lineage.setVersion(version);
        lineage.setParentVersion(version - 1);
        lineage.setStartOffsets(List.of(7L, first));
        lineage.setGaps(List.of());
        lineage.setSpans(List.of(new Span(TOPIC, 1, first, first + 9, 10L, digest(0))));
        lineage.setBorders(List.of());
        lineage.setConfiguration(Map.of("learning-rate", "0.003"));
        lineage.setEngine("engine");
        lineage.setCpuCapability("processor");
        lineage.setThreads(1);
        lineage.setWeightsDigest(digest(version));
        lineage.setStateDigest(digest(version + 100));
        lineage.setMetrics(all);
        lineage.setPublishedAtMillis(START_MILLIS + 1000 * version);
        return lineage;
    }

    /** Its manifest: a delta of 100 bytes, and the first also an anchor of 5 000. */
    public static CheckpointManifest manifest(Lineage lineage) {
        CheckpointManifest manifest = new CheckpointManifest();
        manifest.setModel(lineage.getModel());
        manifest.setVersion(lineage.getVersion());
        manifest.setForms(
                lineage.getVersion() == 1
                        ? List.of(form(FormKind.DELTA, 100), form(FormKind.ANCHOR, 5000))
                        : List.of(form(FormKind.DELTA, 100)));
        manifest.setWeightsDigest(lineage.getWeightsDigest());
        manifest.setMetrics(lineage.getMetrics());
        manifest.setGate(GateOutcome.PASSED);
        manifest.setSignatureKeyId("key" + lineage.getVersion());
        manifest.setJournal(List.of(new OffsetRange(TOPIC, 1, 0L, 10 * lineage.getVersion())));
        manifest.setTeacherIds(List.of("teacher"));
        manifest.setPublishedAtMillis(lineage.getPublishedAtMillis());
        return manifest;
    }

    private static CheckpointForm form(FormKind kind, long bytes) {
        return new CheckpointForm(
                kind, WeightEncoding.F16, new OffsetRange("weights", 0, 0L, 1L), bytes, List.of());
    }

    /** 32 bytes that begin with a number. */
    public static ByteBuffer digest(long number) {
        return ByteBuffer.allocate(32).putInt(0, (int) number);
    }
}
