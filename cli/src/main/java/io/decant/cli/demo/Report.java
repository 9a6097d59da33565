package io.decant.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.decant.cli.Shown;
import io.decant.cli.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a demo run measured: flat JSON, the field names are public. Accuracies are shares, 0 to 1;
 * null means that it was not measured. <i>Immutable.</i>
 *
 * @param prequentialAccuracy against the labels that arrived
 * @param prequentialCleanAccuracy against the classes in the file, which never entered a topic
 * @param holdoutAccuracy of the student on the test files, through the gateway
 * @param labelsOnlyHoldoutAccuracy of the shadow student; null with fewer than 1 000 labels
 * @param agreementWithTeacher share of test samples with the teacher's argmax
 * @param freshnessP50Millis per sample after 5 s: swap of the first version that learned it, less
 *     its timestamp
 * @param samplesPerSecond first sample appended to commit of the transaction that learned the last
 * @param softTargetBytesPerRecord bytes in the broker's log for each record
 * @param bytesPerVersion bytes that a gateway in step received for each version
 * @param weightsSha256 the trainer's averaged weights after the last pair
 * @param servedWeightsSha256 the weights that gateways serve
 * @param teacherOverlap whether the teacher may have been trained on streamed samples: none or
 *     unknown
 */
public record Report(
        String dataset,
        int samples,
        int labelledSamples,
        Double prequentialAccuracy,
        Double prequentialCleanAccuracy,
        Double holdoutAccuracy,
        Double teacherHoldoutAccuracy,
        Double labelsOnlyHoldoutAccuracy,
        Double agreementWithTeacher,
        long versionsPublished,
        long gatewayReloads,
        long requests,
        long failedRequests,
        Long freshnessP50Millis,
        Long freshnessP99Millis,
        double samplesPerSecond,
        double wallSeconds,
        Double softTargetBytesPerRecord,
        Double bytesPerVersion,
        String weightsSha256,
        String servedWeightsSha256,
        boolean teacherTrainedInRun,
        String teacherOverlap,
        long deadLetters) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** What matters most, in a few lines. */
    String summary() {
        return String.format(
                Locale.ROOT,
                "  prequential %s (clean %s) · agreement with the teacher %s · %,d samples, %,d labels, %,d dead letters%n"
                        + "  %,d versions of %s bytes, %,d reloads, %,d requests, %,d failed · freshness p50 %s ms, p99 %s ms%n"
                        + "  %,.0f samples/s · soft target %s bytes in the log · %.1f s in all · served weights %.12s…",
                Shown.percent(prequentialAccuracy),
                Shown.percent(prequentialCleanAccuracy),
                Shown.percent(agreementWithTeacher),
                samples,
                labelledSamples,
                deadLetters,
                versionsPublished,
                whole(bytesPerVersion),
                gatewayReloads,
                requests,
                failedRequests,
                freshnessP50Millis,
                freshnessP99Millis,
                samplesPerSecond,
                whole(softTargetBytesPerRecord),
                wallSeconds,
                servedWeightsSha256);
    }

    private static String whole(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Writes the report in one piece: a reader never sees half of it. */
    public void write(Path file) throws IOException {
        WholeFile.write(file, JSON.writeValueAsBytes(this));
    }

    public static Report read(Path file) throws IOException {
        return JSON.readValue(Files.readAllBytes(file), Report.class);
    }
}
