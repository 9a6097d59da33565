package io.decant.records;

import org.apache.avro.util.ClassSecurityValidator;

/**
 * Tells Avro that the generated records may be made. Avro refuses to make any class that it was not
 * told to trust, also for the default value of a builder's field; without this, records can be
 * neither written nor read. Trusted is the package of the records and nothing else: a schema in the
 * registry must not choose which class is loaded. <i>Thread-safe: acts once, when the class is
 * loaded.</i>
 */
public final class TrustedRecords {
    static {
        String records = Sample.class.getPackageName();
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(
                        ClassSecurityValidator.getGlobal(),
                        type -> type.getPackageName().equals(records)));
    }

    private TrustedRecords() {}

    /** Loads this class; whoever makes records by other means than the serializers calls it. */
    public static void load() {
        // All is done when the class is loaded.
    }
}
