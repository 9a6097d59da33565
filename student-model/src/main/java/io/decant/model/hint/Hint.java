package io.decant.model.hint;

import static io.decant.model.torch.ScriptText.fill;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A layer of which the student is told more than the answer: written {@code LAYER:KIND:WEIGHT}, and
 * with the layer's shape in the student when that is known, {@code LAYER:KIND:WEIGHT:32x7x7}.
 * <i>Immutable.</i>
 *
 * @param layer its name, in the teacher's file and in the student's
 * @param loss how the two are compared
 * @param weight factor of the term beside the teacher's, above 0
 * @param shape of the student's layer, without the batch; empty as long as nobody has looked
 */
public record Hint(String layer, HintLoss loss, double weight, List<Integer> shape) {
    private static final Pattern TEXT =
            Pattern.compile(
                    "([A-Za-z0-9_.-]{1,100}):([a-z]+):([0-9.eE+-]+)(?::([0-9]+(?:x[0-9]+)*))?");

    public Hint {
        shape = List.copyOf(shape);
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException(
                    "the weight of hint " + layer + " must be above 0, was " + weight);
        }
        if (!shape.isEmpty()) {
            loss.requireOwn(shape);
        }
    }

    /**
     * Reads a hint.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Hint parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw wrong(text);
        }
        try {
            List<Integer> shape =
                    parts.group(4) == null
                            ? List.of()
                            : Stream.of(parts.group(4).split("x")).map(Integer::valueOf).toList();
            return new Hint(
                    parts.group(1),
                    kind(parts.group(2), text),
                    Double.parseDouble(parts.group(3)),
                    shape);
        } catch (NumberFormatException malformed) {
            throw wrong(text);
        }
    }

    private static HintLoss kind(String name, String text) {
        return switch (name) {
            case "feature" -> new Feature();
            case "attention" -> new Attention();
            case "relation" -> new Relation();
            default -> throw wrong(text);
        };
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "a hint must be LAYER:KIND:WEIGHT, where KIND is feature, attention or relation and WEIGHT a number above 0, was '"
                        + text
                        + "'");
    }

    /** The same, as it is read. */
    public String text() {
        String known = layer + ":" + kind() + ":" + weight;
        return shape.isEmpty()
                ? known
                : known
                        + ":"
                        + shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    private String kind() {
        return loss.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** The same for a student whose layer has this shape. */
    public Hint with(List<Integer> own) {
        return new Hint(layer, loss, weight, own);
    }

    /** What is kept of a teacher's layer; see {@link HintLoss#kept}. */
    public float[] kept(float[] values, List<Integer> teachers) {
        return loss.kept(values, teachers, shape);
    }

    /**
     * Statements that define {@code hinted}, from {@code layers}, the student's, by name, and
     * {@code rows}: all hints with their weights, a tensor without dimensions.
     */
    public static String sum(List<Hint> hints) {
        StringBuilder code =
                new StringBuilder(
                        """
                    heard = torch.slice(self.hint_coefficients, 0, 0, rows)
                    hinted = torch.zeros_like(torch.sum(heard))
                """);
        for (int number = 0; number < hints.size(); number++) {
            Hint hint = hints.get(number);
            String template =
                    """
                        own_K = torch.to(layers["LAYER"], 6)
                        told_K = torch.slice(self.told_K, 0, 0, rows)
                    """
                            + hint.loss.value()
                            + """
                        hinted = torch.add(hinted, torch.mul(hint_K, WEIGHT))
                    """;
            code.append(
                    fill(template, "_K", "_" + number, "WEIGHT", hint.weight, "LAYER", hint.layer));
        }
        return code.toString();
    }
}
