package io.decant.trainer.learn;

import io.decant.records.PairKind;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One journal entry, checked: it has what its kind needs. <i>Immutable, as long as nobody writes to
 * the features.</i>
 *
 * @param sampleId the sample that it is about
 * @param features one raw input of the model, from position to limit
 * @param teacher what the teachers say together; present for LABELLED and SOFT_ONLY. Until the
 *     learner has weighed several answers, this is the first
 * @param label present for LABELLED, LABEL_ONLY and LABEL_CORRECTION; GATE may have one
 * @param answers of the teachers, one of each; none without a teacher
 * @param eventTimeMillis the sample's event time, milliseconds since 1970-01-01T00:00Z
 * @param attributes of the sample
 * @param at where it stands in the journal
 */
public record Pair(
        PairKind kind,
        String sampleId,
        ByteBuffer features,
        Optional<Logits> teacher,
        Optional<LabelClass> label,
        List<Answer> answers,
        long eventTimeMillis,
        Map<String, String> attributes,
        JournalPosition at) {

    /** A pair of one teacher, or none, about a sample without attributes. */
    public Pair(
            PairKind kind,
            String sampleId,
            ByteBuffer features,
            Optional<Logits> teacher,
            Optional<LabelClass> label,
            String teacherId,
            long eventTimeMillis) {
        this(
                kind,
                sampleId,
                features,
                teacher.map(logits -> new Answer(teacherId, logits)).stream().toList(),
                label,
                eventTimeMillis,
                Map.of());
    }

    /** A pair of nowhere, whose teachers have not been weighed. */
    public Pair(
            PairKind kind,
            String sampleId,
            ByteBuffer features,
            List<Answer> answers,
            Optional<LabelClass> label,
            long eventTimeMillis,
            Map<String, String> attributes) {
        this(
                kind,
                sampleId,
                features,
                answers.stream().findFirst().map(Answer::logits),
                label,
                answers,
                eventTimeMillis,
                attributes,
                JournalPosition.NONE);
    }

    /** The same, found there. */
    public Pair at(JournalPosition position) {
        return with(teacher, position);
    }

    /** The same, its teachers weighed. */
    Pair taught(Logits together) {
        return with(Optional.of(together), at);
    }

    private Pair with(Optional<Logits> together, JournalPosition position) {
        return new Pair(
                kind,
                sampleId,
                features,
                together,
                label,
                answers,
                eventTimeMillis,
                attributes,
                position);
    }

    public Pair {
        answers = List.copyOf(answers);
        attributes = Map.copyOf(attributes);
        boolean needsTeacher = kind == PairKind.LABELLED || kind == PairKind.SOFT_ONLY;
        boolean needsLabel =
                kind == PairKind.LABELLED
                        || kind == PairKind.LABEL_ONLY
                        || kind == PairKind.LABEL_CORRECTION;
        if (kind == PairKind.UNKNOWN
                || needsTeacher != teacher.isPresent()
                || needsTeacher == answers.isEmpty()
                || (needsLabel != label.isPresent() && kind != PairKind.GATE)) {
            throw new IllegalArgumentException(
                    "a "
                            + kind
                            + " pair must have "
                            + (needsTeacher ? "" : "no ")
                            + "teacher logits and "
                            + (needsLabel ? "a" : "no")
                            + " label");
        }
    }

    /** Stands for the sample in the trainer's memory. */
    SampleKey key() {
        return SampleKey.of(sampleId);
    }

    /** A sample seen for the first time, to be predicted and learned. */
    boolean isLive() {
        return kind == PairKind.LABELLED
                || kind == PairKind.SOFT_ONLY
                || kind == PairKind.LABEL_ONLY;
    }
}
