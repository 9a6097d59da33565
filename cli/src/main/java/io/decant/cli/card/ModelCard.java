package io.decant.cli.card;

import io.decant.cli.Shown;
import io.decant.cli.page.ModelFacts;
import io.decant.cli.page.Table;
import io.decant.model.spec.ModelSpec;
import io.decant.records.Lineage;
import io.decant.trainer.quality.Quality;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The model card of one version (Mitchell et al., "Model Cards for Model Reporting", FAT* 2019):
 * what it is, what it learned from, how well it does for whom, and what is not known. Everything in
 * it is from records that the trainer published with the version. <i>Immutable.</i>
 *
 * @param model name of the model
 * @param version its number
 * @param spec the architecture, when it is still known
 * @param lineage of all versions up to this one, as far as it is known, ascending
 * @param teacherIds whose answers it learned
 */
public record ModelCard(
        String model,
        long version,
        Optional<ModelSpec> spec,
        List<Lineage> lineage,
        Collection<String> teacherIds) {
    /** Fewer samples of a part say little about it. */
    private static final long FEW = 50;

    private static final String NOTHING = "Nothing was counted.";
    private static final String TOO_MANY =
            "More than " + Quality.MOST_NAMED + " classes: none is named.";

    public ModelCard {
        lineage = List.copyOf(lineage);
        teacherIds = List.copyOf(teacherIds);
        if (lineage.isEmpty()) {
            throw new IllegalArgumentException(
                    "a card needs the lineage of version " + version + ", which has expired");
        }
    }

    /** A heading, sentences and tables. */
    public record Part(String title, List<String> sentences, List<Table> tables) {
        public Part {
            sentences = List.copyOf(sentences);
            tables = List.copyOf(tables);
        }
    }

    /** The card from top to bottom. */
    public List<Part> parts() {
        Lineage last = lineage.get(lineage.size() - 1);
        QualityFacts quality = QualityFacts.of(last.getMetrics());
        List<Part> parts = new ArrayList<>();
        parts.add(
                new Part(
                        "What it is",
                        List.of(),
                        spec.map(known -> List.of(ModelFacts.model(model, version, known)))
                                .orElse(List.of(Table.facts("What it is", named())))));
        parts.add(
                new Part(
                        "What it learned from",
                        List.of(teachers()),
                        List.of(ModelFacts.journal(lineage))));
        parts.add(
                new Part(
                        "How well it does",
                        List.of(
                                "Each prediction was made just before its sample was learned. The shadow is the same student without a teacher."),
                        List.of(
                                Table.facts(
                                        "Over all that was learned, and lately", quality.all()))));
        parts.add(
                byPart(
                        "For each class",
                        "class",
                        "recall",
                        quality.classes(),
                        quality.answered() > 0 ? TOO_MANY : NOTHING));
        parts.add(byPart("For each slice", "slice", "accuracy", quality.slices(), NOTHING));
        parts.add(
                new Part(
                        "Settings and engine",
                        List.of(),
                        List.of(ModelFacts.engine(last), ModelFacts.settings(last))));
        parts.add(new Part("What is not known", unknown(quality), List.of()));
        return List.copyOf(parts);
    }

    private Map<String, String> named() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("model", model + ", version " + version);
        facts.put(
                "specification",
                "not known here: it travels with weights and state, which are removed or were not read");
        return facts;
    }

    private String teachers() {
        return teacherIds.isEmpty()
                ? "No teacher is named: its answers were learned in earlier versions, or there were none."
                : "Teachers of its latest pairs: " + String.join(", ", teacherIds) + ".";
    }

    private static Part byPart(
            String title,
            String head,
            String what,
            List<QualityFacts.Group> groups,
            String whenEmpty) {
        List<List<String>> rows = new ArrayList<>();
        for (QualityFacts.Group group : groups) {
            rows.add(
                    List.of(
                            group.name(),
                            Shown.count(group.samples()),
                            Shown.percent(group.student()),
                            Shown.percent(group.shadow()),
                            group.gap().map(ModelCard::points).orElse("-"),
                            Shown.percent(group.teacher())));
        }
        return new Part(
                title,
                List.of(groups.isEmpty() ? whenEmpty : bias(groups)),
                rows.isEmpty()
                        ? List.of()
                        : List.of(
                                Table.of(
                                        title,
                                        rows,
                                        head,
                                        "#samples",
                                        "#" + what + ", student",
                                        "#shadow",
                                        "#gap, points",
                                        "#teacher")));
    }

    /** Where the student is worst off against who never heard the teacher. */
    private static String bias(List<QualityFacts.Group> groups) {
        return groups.stream()
                .filter(group -> group.samples() >= FEW && group.gap().isPresent())
                .min((a, b) -> Double.compare(a.gap().get(), b.gap().get()))
                .map(
                        worst ->
                                worst.gap().get() < 0
                                        ? below(worst)
                                        : "Nowhere, of those with at least "
                                                + FEW
                                                + " samples, is the student below the shadow.")
                .orElse("Too few samples to compare, or no shadow.");
    }

    private static String below(QualityFacts.Group worst) {
        String what =
                "The student is furthest below the shadow on "
                        + worst.name()
                        + ", by "
                        + points(-worst.gap().get())
                        + " points";
        if (!worst.isBeyondChance()) {
            return what + " (within chance).";
        }
        return worst.teacherIsBelowShadow()
                ? what + ", and so is the teacher: the student may have it from there."
                : what + ".";
    }

    private static String points(double share) {
        return String.format(Locale.ROOT, "%.2f", 100 * share);
    }

    private static List<String> unknown(QualityFacts quality) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                "Figures are of the raw weights on this stream; what is served is their average, and a hold-out is not part of the card.");
        if (quality.slices().isEmpty()) {
            sentences.add(
                    "No attribute of samples was counted apart (quality.slices), so a bias against a group would not show.");
        }
        if (quality.classes().isEmpty()) {
            sentences.add(
                    quality.answered() > 0
                            ? TOO_MANY
                            : "No label arrived lately, so nothing is known of single classes.");
        }
        return sentences;
    }
}
