package io.decant.cli.models;

import java.util.Optional;

/**
 * Keys of orders about one model or service in the control topic. <i>Thread-safe: all methods are
 * pure.</i>
 */
final class OrderKeys {
    private static final String PIN = "/@pin/";

    private OrderKeys() {}

    static String override(String model) {
        return model + "/@override";
    }

    static String pin(String model, long version) {
        return model + PIN + version;
    }

    /** The key of orders to pause and resume, which name a service where others name a model. */
    static String pause(String service) {
        return service + "/pause";
    }

    static boolean isAbout(String model, String key) {
        return key.equals(override(model))
                || key.equals(pause(model))
                || pinned(model, key).isPresent();
    }

    /** The version that a pin's key names; empty for another key. */
    static Optional<Long> pinned(String model, String key) {
        if (!key.startsWith(model + PIN)) {
            return Optional.empty();
        }
        String version = key.substring(model.length() + PIN.length());
        return version.matches("[1-9][0-9]{0,17}")
                ? Optional.of(Long.parseLong(version))
                : Optional.empty();
    }
}
