package io.decant.cli.page;

import io.decant.cli.Manifests;
import io.decant.cli.Shown;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.trainer.audit.LineageIndex;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;

/** The versions of a model, a row each. <i>Thread-safe: all methods are pure.</i> */
public final class VersionTable {
    /** Rows of a page at most. */
    public static final int MAX_ROWS = 400;

    /** What a reader must know to read it. */
    public static final String NOTE =
            "“After” is the time since the first version. Offsets are of the training journal, as partition: first–last.";

    /** Hexadecimal digits that stand for a digest. */
    private static final int PREFIX = 12;

    private VersionTable() {}

    /**
     * The table.
     *
     * @param lineage ascending by version
     * @param manifests by version, as far as they are known
     * @param verdict what a replay said of a version; null without a replay
     */
    public static Table of(
            Collection<Lineage> lineage,
            Map<Long, CheckpointManifest> manifests,
            LongFunction<String> verdict) {
        List<Lineage> all = List.copyOf(lineage);
        List<Lineage> kept = Thinning.everyKth(all, MAX_ROWS);
        long start = all.isEmpty() ? 0 : all.get(0).getPublishedAtMillis();
        List<String> heads =
                new ArrayList<>(
                        List.of(
                                "#version",
                                "#after",
                                "#pairs",
                                "#records",
                                "journal offsets",
                                "#delta",
                                "#anchor",
                                "gate",
                                "`weights sha256",
                                "`signed by"));
        if (verdict != null) {
            heads.add("replay");
        }
        List<List<String>> rows = new ArrayList<>();
        for (Lineage version : kept) {
            List<String> row = row(version, manifests.get(version.getVersion()), start);
            if (verdict != null) {
                row.add(verdict.apply(version.getVersion()));
            }
            rows.add(row);
        }
        String caption =
                kept.size() == all.size()
                        ? String.format(Locale.ROOT, "%,d versions", all.size())
                        : String.format(
                                Locale.ROOT,
                                "%,d of %,d versions, evenly spread, and the last",
                                kept.size(),
                                all.size());
        return Table.of(caption, rows, heads.toArray(String[]::new));
    }

    private static List<String> row(Lineage lineage, CheckpointManifest manifest, long start) {
        List<String> row = new ArrayList<>();
        row.add(Long.toString(lineage.getVersion()));
        row.add(Unit.SECONDS.text((lineage.getPublishedAtMillis() - start) / 1e3));
        row.add(Unit.COUNT.text(lineage.getMetrics().get("pairs_learned")));
        row.add(Shown.count(lineage.getSpans().stream().mapToLong(Span::getRecords).sum()));
        row.add(offsets(lineage));
        row.add(bytes(manifest, FormKind.DELTA));
        row.add(bytes(manifest, FormKind.ANCHOR));
        row.add(manifest == null ? "-" : Manifests.gate(manifest));
        row.add(Shown.hex(lineage.getWeightsDigest()).substring(0, PREFIX));
        row.add(manifest == null ? "manifest removed" : signer(manifest));
        return row;
    }

    private static String signer(CheckpointManifest manifest) {
        String key = manifest.getSignatureKeyId();
        return key.isEmpty() ? "not signed" : key;
    }

    private static String bytes(CheckpointManifest manifest, FormKind kind) {
        return manifest == null
                ? "-"
                : manifest.getForms().stream()
                        .filter(form -> form.getForm() == kind)
                        .map(CheckpointForm::getBytes)
                        .map(Shown::count)
                        .findFirst()
                        .orElse("-");
    }

    /** Partition, first offset and last, of what was taken in. */
    private static String offsets(Lineage lineage) {
        List<Long> ends = LineageIndex.ends(lineage);
        List<String> ranges = new ArrayList<>();
        for (int p = 0; p < ends.size(); p++) {
            long first = lineage.getStartOffsets().get(p);
            if (ends.get(p) > first) {
                ranges.add(p + ": " + first + "–" + (ends.get(p) - 1));
            }
        }
        return String.join(", ", ranges);
    }
}
