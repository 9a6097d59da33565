package io.decant.model.spec;

import java.util.Locale;

/** What a student's products are computed in while it learns. <i>Immutable.</i> */
public enum Precision {
    /** Single precision throughout. */
    FP32,
    /**
     * Products of hidden layers take bfloat16 operands; weights, gradients, moments, the output
     * layer and the loss stay in single precision.
     */
    BF16;

    /** As it stands in a specification: {@code fp32}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reverse of {@link #text}; throws {@link InvalidModelException} on anything else. */
    static Precision parse(String text) {
        for (Precision precision : values()) {
            if (precision.text().equals(text)) {
                return precision;
            }
        }
        throw new InvalidModelException("precision must be fp32 or bf16, was '" + text + "'");
    }
}
