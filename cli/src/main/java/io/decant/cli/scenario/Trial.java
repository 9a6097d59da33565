package io.decant.cli.scenario;

import io.decant.cli.run.StreamPlan;
import java.util.List;

/**
 * One stream through the whole pipeline. <i>Immutable.</i>
 *
 * @param name in tables
 * @param variants the first is the one that the gateway serves
 * @param settings of services that differ from the defaults
 * @param cues ascending
 * @param exam of the version that has learned everything
 * @param unlabelled whether models also answer the teacher's half of the training files
 */
record Trial(
        String name,
        StreamPlan plan,
        TeacherChoice teacher,
        List<Variant> variants,
        List<String> settings,
        List<Cue> cues,
        Exam exam,
        boolean unlabelled) {
    Trial {
        variants = List.copyOf(variants);
        settings = List.copyOf(settings);
        cues = List.copyOf(cues);
    }

    /** With the usual teacher, default settings, and one model that is asked at the end. */
    static Trial of(String name, StreamPlan plan) {
        return new Trial(
                name,
                plan,
                new TeacherChoice.Usual(),
                List.of(Variant.DEFAULT),
                List.of(),
                List.of(),
                Exam.PLAIN,
                false);
    }

    Trial with(TeacherChoice other) {
        return new Trial(name, plan, other, variants, settings, cues, exam, unlabelled);
    }

    Trial with(Variant... others) {
        return new Trial(name, plan, teacher, List.of(others), settings, cues, exam, unlabelled);
    }

    Trial set(String... others) {
        return new Trial(name, plan, teacher, variants, List.of(others), cues, exam, unlabelled);
    }

    Trial with(Cue... others) {
        return new Trial(
                name, plan, teacher, variants, settings, List.of(others), exam, unlabelled);
    }

    Trial with(Exam other) {
        return new Trial(name, plan, teacher, variants, settings, cues, other, unlabelled);
    }

    Trial withUnlabelled() {
        return new Trial(name, plan, teacher, variants, settings, cues, exam, true);
    }

    /** What a variant of it is called in tables. */
    String row(Variant variant) {
        return variant.name().isEmpty() ? name : name + ", " + variant.name();
    }
}
