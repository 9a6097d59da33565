package io.decant.pipeline.sign;

/** What a reader wants of signatures. <i>Immutable.</i> */
public enum SignaturePolicy {
    /** Only records that a trusted key signed are believed. */
    REQUIRE,

    /** Unsigned records are believed too, and those of unknown keys; a wrong signature is not. */
    ACCEPT
}
