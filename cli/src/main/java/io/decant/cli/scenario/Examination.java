package io.decant.cli.scenario;

import io.decant.cli.run.Answers;
import io.decant.cli.run.GatewayHoldOut;
import io.decant.cli.run.Vigil;
import io.decant.trainer.TrainerService;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks the models of a trial: the one that the gateway serves through it, the others and the
 * shadows by their weights. <i>Owned by the main thread.</i>
 */
final class Examination {
    private final Trial trial;
    private final Inputs inputs;
    private final Path teacher;
    private final TrialServices services;
    private final Vigil vigil;
    private final Supplier<String> state;
    private final Map<Variant, Map<String, Answers>> examined = new LinkedHashMap<>();
    private final Map<Variant, Map<String, Answers>> shadowExamined = new LinkedHashMap<>();

    /**
     * @param teacher file of the trial's teacher
     * @param vigil to wait with
     * @param state of the stream, for a wait that does not end
     */
    Examination(
            Trial trial,
            Inputs inputs,
            Path teacher,
            TrialServices services,
            Vigil vigil,
            Supplier<String> state) {
        this.trial = trial;
        this.inputs = inputs;
        this.teacher = teacher;
        this.services = services;
        this.vigil = vigil;
        this.state = state;
        for (Variant variant : trial.variants()) {
            examined.put(variant, new LinkedHashMap<>());
            shadowExamined.put(variant, new LinkedHashMap<>());
        }
    }

    /** Everything in the journal is learned and published; the version of each variant. */
    Map<Variant, Long> finish() throws InterruptedException {
        Map<Variant, Long> versions = new LinkedHashMap<>();
        for (Map.Entry<Variant, TrainerService> each : services.trainers().entrySet()) {
            versions.put(
                    each.getKey(),
                    vigil.result("the trainer to learn the rest", state, each.getValue().finish()));
        }
        return versions;
    }

    /** At a cue. */
    void at(Cue.Examine cue) throws InterruptedException {
        Inputs.Questions questions = inputs.exam(cue.exam());
        Map<Variant, Long> versions = finish();
        for (Variant variant : trial.variants()) {
            examined.get(variant).put(cue.name(), ask(variant, questions, versions.get(variant)));
            shadow(variant, questions)
                    .ifPresent(answers -> shadowExamined.get(variant).put(cue.name(), answers));
        }
    }

    /**
     * At the end.
     *
     * @param versions that have learned everything
     */
    Map<Variant, Observation> atTheEnd(Map<Variant, Long> versions, Observation.Course course)
            throws InterruptedException {
        Inputs.Questions exam = inputs.exam(trial.exam());
        Answers taught = exam.ask(teacher);
        Optional<Inputs.Questions> unlabelled =
                trial.unlabelled() ? Optional.of(inputs.unlabelled()) : Optional.empty();
        Map<Variant, Observation> observations = new LinkedHashMap<>();
        for (Variant variant : trial.variants()) {
            observations.put(
                    variant,
                    new Observation(
                            trial.plan(),
                            services.predictions(variant).student(),
                            services.predictions(variant).shadow(),
                            ask(variant, exam, versions.get(variant)),
                            shadow(variant, exam),
                            taught,
                            examined.get(variant),
                            shadowExamined.get(variant),
                            unlabelled.map(asked -> byWeights(variant, asked)),
                            unlabelled.flatMap(asked -> shadow(variant, asked)),
                            course.events().get(services.model(variant)),
                            course.flow()));
        }
        return observations;
    }

    private Answers ask(Variant variant, Inputs.Questions questions, long version)
            throws InterruptedException {
        if (services.trainers().get(variant) != services.main()) {
            return byWeights(variant, questions);
        }
        vigil.until(
                "the gateway to serve version " + version,
                state,
                () -> services.served() >= version);
        float[][] logits =
                GatewayHoldOut.logits(
                        services.infer(), inputs.dataset().test(), questions.samples(), version);
        return new Answers(logits, questions.truth());
    }

    private Answers byWeights(Variant variant, Inputs.Questions questions) {
        TrainerService trainer = services.trainers().get(variant);
        return questions.ask(trainer.spec(), trainer.averagedWeights());
    }

    /** Without a label it has learned nothing. */
    private Optional<Answers> shadow(Variant variant, Inputs.Questions questions) {
        TrainerService trainer = services.trainers().get(variant);
        return trial.plan().labels() == 0
                ? Optional.empty()
                : trainer.shadowWeights().map(weights -> questions.ask(trainer.spec(), weights));
    }
}
