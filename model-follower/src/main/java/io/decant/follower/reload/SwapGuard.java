package io.decant.follower.reload;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every swap goes through a guard, which may try a candidate first and take a version back later.
 * {@link Unguarded} does neither. <i>Implementations say which threads may call them.</i>
 */
public interface SwapGuard extends AutoCloseable {
    /**
     * A version was taken back.
     *
     * @param to the good version, served again
     */
    record WayBack(VersionId from, ServingModel to, String reason) {}

    /** How a trial ended. */
    sealed interface Verdict {
        /**
         * It may be served.
         *
         * @param remark one sentence when it was tried on few requests; else empty
         */
        record Passed(String remark) implements Verdict {}

        /** It must not be served. */
        record Failed(String reason) implements Verdict {}

        /** Another version went into service, or came back, before the trial's end. */
        record Overtaken() implements Verdict {}
    }

    /**
     * Serves a version that needs no guard: the last good one from disk, or an operator's order.
     *
     * @param model held by the caller, as in the other methods
     */
    void serveTrusted(ServingModel model, long bytesReceived, boolean disk);

    /** Serves a verified version and watches it. */
    void serve(ServingModel model, long bytesReceived);

    /**
     * Begins a trial if the candidate needs one.
     *
     * @return false if it may be served at once
     */
    boolean tries(ServingModel candidate);

    /** How the trial ended; empty while it runs. The trial is over with this answer. */
    Optional<Verdict> trialVerdict();

    /** Ends a trial whose candidate is not wanted any more. */
    void giveUpTrial();

    /** Whether the version was served and taken back. */
    boolean tookBack(VersionId id);

    /** The versions that are served or may be again. */
    Set<VersionId> held();

    /** The versions taken back since the last call. */
    List<WayBack> waysBack();

    /** Serves nothing any more, and holds nothing. */
    @Override
    void close();
}
