package io.decant.console.picture;

import io.decant.records.Alias;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.Event;
import io.decant.records.FormKind;
import io.decant.records.GatewayStatus;
import io.decant.records.MetricPoint;
import io.decant.records.TeacherCard;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the page shows of each record: small rows, whose texts are cut. Times are milliseconds since
 * 1970-01-01T00:00Z. <i>Immutable.</i>
 */
final class Rows {
    private static final int TEXT = 600;
    private static final int VALUES = 120;
    private static final int DIGEST_BYTES = 6;

    private Rows() {}

    /** What one service told last, value by value: points have different ones. */
    record Service(
            String service, String model, long version, long at, Map<String, Double> values) {
        static Service of(MetricPoint point) {
            return new Service(
                    point.getService(),
                    point.getModel(),
                    point.getVersion(),
                    point.getAtMillis(),
                    shown(point.getValues()));
        }

        /** With the newer values of a point; what it does not tell of stands. */
        Service with(MetricPoint point) {
            Map<String, Double> all = new TreeMap<>(values);
            shown(point.getValues()).entrySet().stream()
                    .filter(value -> all.containsKey(value.getKey()) || all.size() < VALUES)
                    .forEach(value -> all.put(value.getKey(), value.getValue()));
            return new Service(
                    service,
                    model,
                    Math.max(version, point.getVersion()),
                    point.getAtMillis(),
                    all);
        }

        /** Of classes and slices there can be many; the card has them. */
        private static Map<String, Double> shown(Map<String, Double> values) {
            TreeMap<String, Double> shown = finite(values);
            shown.keySet()
                    .removeIf(name -> name.startsWith("recall_") || name.startsWith("slice_"));
            while (shown.size() > VALUES) {
                shown.remove(shown.lastKey());
            }
            return shown;
        }
    }

    /** Something that happened once. */
    record Happened(
            long at,
            String service,
            String model,
            String kind,
            String signal,
            double size,
            int partition,
            long offset,
            String detail) {
        static Happened of(MetricPoint point, Event event) {
            return new Happened(
                    point.getAtMillis(),
                    point.getService(),
                    point.getModel(),
                    cut(event.getKind()),
                    cut(event.getSignal()),
                    Double.isFinite(event.getSize()) ? event.getSize() : 0,
                    event.getPartition(),
                    event.getOffset(),
                    cut(event.getDetail()));
        }
    }

    /** A stretch of one partition of the journal: offsets [from, to). */
    record Range(int partition, long from, long to) {}

    /** A published version. */
    record Version(
            String model,
            long version,
            long parent,
            long publishedAt,
            long watermark,
            boolean finished,
            String gate,
            String gateReason,
            Map<String, Double> metrics,
            List<String> teachers,
            List<Range> journal,
            long deltaBytes,
            long anchorBytes,
            String weights,
            String signedBy) {
        static Version of(CheckpointManifest manifest) {
            return new Version(
                    manifest.getModel(),
                    manifest.getVersion(),
                    manifest.getParentVersion(),
                    manifest.getPublishedAtMillis(),
                    manifest.getWatermarkMillis(),
                    manifest.getFinished(),
                    manifest.getGate().name(),
                    cut(manifest.getGateReason()),
                    finite(manifest.getMetrics()),
                    List.copyOf(manifest.getTeacherIds()),
                    manifest.getJournal().stream()
                            .map(r -> new Range(r.getPartition(), r.getFrom(), r.getTo()))
                            .toList(),
                    bytes(manifest, FormKind.DELTA),
                    bytes(manifest, FormKind.ANCHOR),
                    prefix(manifest.getWeightsDigest()),
                    manifest.getSignatureKeyId());
        }

        /** 0 for a form that the version has not. */
        private static long bytes(CheckpointManifest manifest, FormKind kind) {
            return manifest.getForms().stream()
                    .filter(form -> form.getForm() == kind)
                    .mapToLong(CheckpointForm::getBytes)
                    .sum();
        }
    }

    /** Which version a model's alias names. */
    record Live(String model, long version, long at) {
        static Live of(Alias alias) {
            return new Live(alias.getModel(), alias.getVersion(), alias.getUpdatedAtMillis());
        }
    }

    /** An operator's order. */
    record Ordered(
            String target,
            String order,
            long version,
            String author,
            String reason,
            long sequence,
            long at,
            String signedBy) {
        static Ordered of(Control order) {
            return new Ordered(
                    order.getTarget(),
                    order.getOrder().name(),
                    order.getVersion(),
                    cut(order.getAuthor()),
                    cut(order.getReason()),
                    order.getSequence(),
                    order.getIssuedAtMillis(),
                    order.getSignatureKeyId());
        }
    }

    /** What a gateway serves. */
    record Gateway(
            String id,
            String model,
            long served,
            long since,
            long candidate,
            String verdict,
            String reason,
            long highest,
            long at) {
        static Gateway of(GatewayStatus status) {
            return new Gateway(
                    status.getGatewayId(),
                    status.getModel(),
                    status.getServedVersion(),
                    status.getServingSinceMillis(),
                    status.getCandidateVersion(),
                    status.getVerdict().name(),
                    cut(status.getReason()),
                    status.getHighestVersion(),
                    status.getAtMillis());
        }
    }

    /** A teacher as it declares itself. */
    record Teacher(String id, Double accuracy, String file, long startedAt, String follows) {
        static Teacher of(TeacherCard card) {
            return new Teacher(
                    card.getTeacherId(),
                    card.getAccuracy(),
                    prefix(card.getFileDigest()),
                    card.getStartedAtMillis(),
                    card.getModel().isEmpty()
                            ? ""
                            : card.getModel() + " " + card.getModelVersion());
        }
    }

    static String cut(String text) {
        return text.length() <= TEXT ? text : text.substring(0, TEXT) + "…";
    }

    private static TreeMap<String, Double> finite(Map<String, Double> values) {
        TreeMap<String, Double> known = new TreeMap<>(values);
        known.values().removeIf(value -> !Double.isFinite(value));
        return known;
    }

    private static String prefix(ByteBuffer digest) {
        byte[] bytes = new byte[Math.min(DIGEST_BYTES, digest.remaining())];
        digest.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
