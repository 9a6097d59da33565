package io.decant.pipeline.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one key of a configuration record: its meaning, default and range. The documentation is
 * written from it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** Stands for "no default": the key must be given. */
    String REQUIRED = "\0required";

    /** What the setting does, with its unit; one sentence. */
    String doc();

    /** The default as it would stand in the file; an empty text is "not set" for an optional. */
    String otherwise() default REQUIRED;

    /** Smallest allowed number (milliseconds for durations). */
    double min() default Double.NEGATIVE_INFINITY;

    /** Greatest allowed number (milliseconds for durations). */
    double max() default Double.POSITIVE_INFINITY;

    /** Never shown in logs. */
    boolean secret() default false;
}
