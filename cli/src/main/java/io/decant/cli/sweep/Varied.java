package io.decant.cli.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A setting that a sweep varies. <i>Immutable.</i>
 *
 * @param key of a trainer, dotted
 * @param values what it can be
 */
record Varied(String key, Values values) {
    /** What a setting can be. */
    sealed interface Values {}

    /** One of these. */
    record Listed(List<String> all) implements Values {
        public Listed {
            all = List.copyOf(all);
        }
    }

    /**
     * Any number between two.
     *
     * @param low at least this
     * @param high above {@code low}
     * @param logarithmic whether equal factors are equally likely, not equal differences
     */
    record Range(double low, double high, boolean logarithmic) implements Values {
        double at(double unit) {
            return logarithmic ? low * Math.pow(high / low, unit) : low + unit * (high - low);
        }
    }

    private static final String LOGARITHMIC = "log:";
    private static final String TO = "..";

    /**
     * Reads {@code KEY=A,B,C}, {@code KEY=LOW..HIGH} or {@code KEY=log:LOW..HIGH}.
     *
     * @throws IllegalArgumentException when it is none of them, with what was expected
     */
    static Varied parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1 || equals == text.length() - 1) {
            throw wrong(text);
        }
        String key = text.substring(0, equals).strip();
        String values = text.substring(equals + 1).strip();
        if (!values.contains(TO)) {
            return new Varied(
                    key, new Listed(Arrays.stream(values.split(",")).map(String::strip).toList()));
        }
        boolean logarithmic = values.startsWith(LOGARITHMIC);
        String range = logarithmic ? values.substring(LOGARITHMIC.length()) : values;
        int to = range.indexOf(TO);
        try {
            double low = Double.parseDouble(range.substring(0, to));
            double high = Double.parseDouble(range.substring(to + TO.length()));
            if (!(low < high) || (logarithmic && low <= 0) || !Double.isFinite(high - low)) {
                throw wrong(text);
            }
            return new Varied(key, new Range(low, high, logarithmic));
        } catch (NumberFormatException notANumber) {
            throw wrong(text);
        }
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "--vary "
                        + text
                        + ": expected KEY=A,B,C or KEY=LOW..HIGH or KEY=log:LOW..HIGH with LOW below HIGH");
    }

    /** A value by a number in [0, 1). */
    String at(double unit) {
        if (values instanceof Listed listed) {
            return listed.all().get((int) (unit * listed.all().size()));
        }
        // Six digits tell more than any run can.
        return String.format(Locale.ROOT, "%.6g", ((Range) values).at(unit));
    }

    /** All values, for a grid; empty when there are infinitely many. */
    List<String> all() {
        return values instanceof Listed listed ? listed.all() : List.of();
    }
}
