package io.decant.trainer.learn;

import java.util.List;

/**
 * What one version took in beyond its parent. <i>Immutable.</i>
 *
 * @param spans in the order in which they were taken in
 * @param borders how many of the version's records had been taken in at each border that time or a
 *     publish set
 * @param gaps what was lost before the first of the records
 * @param from for each journal partition, the first offset of the version
 * @param to for each journal partition, the first offset after the version
 */
public record Intake(
        List<Span> spans, List<Long> borders, List<Gap> gaps, List<Long> from, List<Long> to) {
    public Intake {
        spans = List.copyOf(spans);
        borders = List.copyOf(borders);
        gaps = List.copyOf(gaps);
        from = List.copyOf(from);
        to = List.copyOf(to);
    }
}
