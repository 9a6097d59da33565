package io.decant.trainer;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A request to learn all that the journal holds and to publish it as the last version of a finite
 * stream. <i>Thread-safe.</i>
 */
final class Finish {
    /** Completes with the version's number when it is committed. */
    final CompletableFuture<Long> done = new CompletableFuture<>();

    /**
     * Where the journal ended when the request was taken up; the stage's thread alone uses the
     * rest.
     */
    Optional<List<Long>> end = Optional.empty();

    /** The version that was published for it, as long as the tenure that did so lives. */
    Optional<Long> version = Optional.empty();
}
