package io.decant.dev.registry;

/** Which versions a request is about, by their soft deletion. */
enum Shown {
    LIVE,
    ALL,
    DELETED;

    /** As a request's {@code deleted} and {@code deletedOnly} say; the second wins. */
    static Shown of(Request request) {
        if (request.flag("deletedOnly")) {
            return DELETED;
        }
        return request.flag("deleted") ? ALL : LIVE;
    }

    boolean includes(boolean deleted) {
        return this == ALL || deleted == (this == DELETED);
    }
}
