package io.decant.cli.scenario;

import java.math.BigDecimal;

/** Numbers in names of rows. <i>Thread-safe: all methods are pure.</i> */
final class Texts {
    private Texts() {}

    /** A share as a percentage without needless digits: {@code 30 %}. */
    static String percent(double share) {
        return BigDecimal.valueOf(share)
                        .multiply(BigDecimal.valueOf(100))
                        .stripTrailingZeros()
                        .toPlainString()
                + " %";
    }
}
