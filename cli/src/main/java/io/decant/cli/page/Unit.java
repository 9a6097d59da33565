package io.decant.cli.page;

import java.util.Locale;

/** What a number on a page counts, and how it is written. <i>Immutable.</i> */
public enum Unit {
    /** In [0, 1], written as a percentage. */
    SHARE("%.2f %%", 100),
    /** A difference of shares, written in percentage points with its sign. */
    POINTS("%+.2f", 100),
    /** Mean loss of a pair. */
    NATS("%.4f nats", 1),
    MILLISECONDS("%,.0f ms", 1),
    SECONDS("%.1f s", 1),
    BYTES("%,.0f B", 1),
    COUNT("%,.0f", 1),
    /** Of no unit. */
    NUMBER("%.4g", 1);

    private final String format;
    private final double scale;

    Unit(String format, double scale) {
        this.format = format;
        this.scale = scale;
    }

    /** A dash for null: not measured is not zero. */
    public String text(Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value * scale);
    }
}
