package io.decant.it.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.it.harness.TopicContents.Entry;
import io.decant.records.DeadLetter;
import io.decant.records.Outcome;
import io.decant.records.SoftTarget;
import io.decant.topics.Topic;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * L1. Every record of the samples topic is answered once per teacher, or skipped with a reason, or
 * dead-lettered.
 */
final class EverySampleIsAnswered implements Law {
    @Override
    public String sentence() {
        return "L1: every sample is answered once per teacher, or skipped with a reason, or dead-lettered";
    }

    @Override
    public void check(RunRecord run) {
        Map<String, Integer> answers = new HashMap<>();
        for (Entry<SoftTarget> entry : run.softTargets()) {
            SoftTarget answer = entry.value();
            answers.merge(
                    answer.getTeacherId()
                            + " "
                            + answer.getSamplePartition()
                            + "@"
                            + answer.getSampleOffset(),
                    1,
                    Integer::sum);
        }
        assertThat(answers.entrySet().stream().filter(entry -> entry.getValue() != 1))
                .as(sentence() + ": answered more than once")
                .isEmpty();
        assertThat(
                        run.softTargets().stream()
                                .map(Entry::value)
                                .filter(answer -> answer.getOutcome() == Outcome.SKIPPED)
                                .filter(skip -> skip.getSkipReason() == null))
                .as(sentence() + ": skipped without a reason")
                .isEmpty();
        String samples = run.cluster().topics().name(Topic.SAMPLES);
        var refused =
                run.deadLetters().stream()
                        .map(Entry::value)
                        .filter(letter -> letter.getTopic().equals(samples))
                        .map(
                                (DeadLetter letter) ->
                                        letter.getPartition() + "@" + letter.getOffset())
                        .collect(Collectors.toSet());
        var answered =
                run.softTargets().stream()
                        .map(
                                entry ->
                                        entry.value().getSamplePartition()
                                                + "@"
                                                + entry.value().getSampleOffset())
                        .collect(Collectors.toSet());
        assertThat(
                        run.softTargets().stream()
                                .map(entry -> entry.value().getSampleId())
                                .filter(id -> !run.taken().takes(id)))
                .as(sentence() + ": answered although it is not taken")
                .isEmpty();
        var unanswered =
                run.samples().stream()
                        .filter(entry -> run.taken().takes(entry.value().getSampleId()))
                        .map(entry -> entry.partition() + "@" + entry.offset())
                        .filter(where -> !answered.contains(where) && !refused.contains(where));
        assertThat(unanswered).as(sentence() + ": neither answered nor refused").isEmpty();
    }
}
