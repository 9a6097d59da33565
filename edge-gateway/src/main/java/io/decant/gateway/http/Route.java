package io.decant.gateway.http;

import java.util.Optional;

/**
 * What a path asks for, as the Open Inference Protocol v2 lays paths out. <i>Immutable.</i>
 *
 * @param what the resource
 * @param model the model's name; empty when the path names none
 * @param version the version's text; empty when the path names none
 */
record Route(What what, String model, Optional<String> version) {
    /** The protocol's resources; all but {@link #INFER} are read with GET. */
    enum What {
        SERVER_METADATA,
        SERVER_LIVE,
        SERVER_READY,
        MODEL_METADATA,
        MODEL_READY,
        INFER
    }

    String method() {
        return what == What.INFER ? "POST" : "GET";
    }

    /** Reads a decoded path; empty when the protocol has no such resource. */
    static Optional<Route> of(String path) {
        String[] parts = path.split("/");
        if (parts.length < 2 || !parts[0].isEmpty() || !parts[1].equals("v2")) {
            return Optional.empty();
        }
        if (parts.length == 2) {
            return server(What.SERVER_METADATA);
        }
        if (parts.length == 4 && parts[2].equals("health")) {
            return switch (parts[3]) {
                case "live" -> server(What.SERVER_LIVE);
                case "ready" -> server(What.SERVER_READY);
                default -> Optional.empty();
            };
        }
        if (parts.length < 4 || !parts[2].equals("models") || parts[3].isEmpty()) {
            return Optional.empty();
        }
        boolean versioned = parts.length > 5 && parts[4].equals("versions");
        int rest = versioned ? 6 : 4;
        return what(parts, rest)
                .map(
                        what ->
                                new Route(
                                        what,
                                        parts[3],
                                        versioned ? Optional.of(parts[5]) : Optional.empty()));
    }

    private static Optional<What> what(String[] parts, int from) {
        if (parts.length == from) {
            return Optional.of(What.MODEL_METADATA);
        }
        if (parts.length > from + 1) {
            return Optional.empty();
        }
        return switch (parts[from]) {
            case "ready" -> Optional.of(What.MODEL_READY);
            case "infer" -> Optional.of(What.INFER);
            default -> Optional.empty();
        };
    }

    private static Optional<Route> server(What what) {
        return Optional.of(new Route(what, "", Optional.empty()));
    }
}
