package io.decant.cli.sweep;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

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
     * Any number from one to another.
     *
     * @param low at least this
     * @param high above {@code low}
     * @param logarithmic whether equal factors are equally likely, not equal differences
     * @param whole whether only whole numbers count; then {@code low} and {@code high} are whole
     */
    record Range(double low, double high, boolean logarithmic, boolean whole) implements Values {
        String at(double unit) {
            if (whole) {
                // Each whole number stands for the stretch up to the next.
                return written("%.0f", Math.floor(between(high + 1, unit)));
            }
            // Six digits tell more than any run can.
            return written("%.6g", between(high, unit));
        }

        private double between(double end, double unit) {
            return logarithmic ? low * Math.pow(end / low, unit) : low + unit * (end - low);
        }

        /** Never beyond the ends, which may have more digits than the format. */
        private String written(String format, double value) {
            String text = String.format(Locale.ROOT, format, value);
            double rounded = Double.parseDouble(text);
            if (rounded >= low && rounded <= high) {
                return text;
            }
            double end = rounded < low ? low : high;
            return whole ? String.format(Locale.ROOT, format, end) : Double.toString(end);
        }
    }

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

    private static final String LOGARITHMIC = "log:";
    private static final String TO = "..";

    /**
     * Reads {@code KEY=A,B,C}, {@code KEY=LOW..HIGH} or {@code KEY=log:LOW..HIGH}. A range of which
     * both ends are written as whole numbers is one of whole numbers.
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
            String from = range.substring(0, to).strip();
            String end = range.substring(to + TO.length()).strip();
            double low = Double.parseDouble(from);
            double high = Double.parseDouble(end);
            if (!(low < high) || (logarithmic && low <= 0) || !Double.isFinite(high - low)) {
                throw wrong(text);
            }
            boolean whole = WHOLE.matcher(from).matches() && WHOLE.matcher(end).matches();
            return new Varied(key, new Range(low, high, logarithmic, whole));
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
        return ((Range) values).at(unit);
    }

    /** All values, for a grid; empty when there are infinitely many. */
    List<String> all() {
        return values instanceof Listed listed ? listed.all() : List.of();
    }
}
