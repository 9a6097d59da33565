package io.decant.teacher.answer;

import io.decant.model.digest.Sha256;
import io.decant.model.random.SplitMix64;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Draws classes from softmax(z/T). Each draw is a function of sample id, teacher version and its
 * number, so an answer that is given twice holds the same draws. <i>Thread-safe: all methods are
 * pure.</i>
 */
public final class ClassDraws {
    private ClassDraws() {}

    /** A seed for each pair of sample and teacher: 64 bits of a SHA-256 over both. */
    public static long seed(String sampleId, byte[] teacherVersion) {
        byte[] id = sampleId.getBytes(StandardCharsets.UTF_8);
        // The version comes first: its length is fixed, so no two pairs are the same bytes.
        byte[] both = Arrays.copyOf(teacherVersion, teacherVersion.length + id.length);
        System.arraycopy(id, 0, both, teacherVersion.length, id.length);
        return ByteBuffer.wrap(Sha256.of(both)).getLong();
    }

    /**
     * Counts independent draws.
     *
     * @param softened z/T, [C], finite
     * @param draws at least 1
     * @return how often each class was drawn, [C]
     */
    public static int[] counts(float[] softened, int draws, long seed) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float value : softened) {
            highest = Math.max(highest, value);
        }
        double[] upTo = new double[softened.length];
        double total = 0;
        int last = 0;
        for (int c = 0; c < softened.length; c++) {
            double mass = StrictMath.exp((double) softened[c] - highest);
            total += mass;
            upTo[c] = total;
            last = mass > 0 ? c : last;
        }
        double[] points = new double[draws];
        for (int i = 0; i < draws; i++) {
            points[i] = SplitMix64.unit(seed, i) * total;
        }
        Arrays.sort(points);
        int[] counts = new int[softened.length];
        int drawn = 0;
        for (double point : points) {
            // Rounding may put a point on the total itself: it belongs to the last class with mass.
            while (drawn < last && upTo[drawn] <= point) {
                drawn++;
            }
            counts[drawn]++;
        }
        return counts;
    }
}
