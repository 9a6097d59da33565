package io.decant.follower.reload;

import io.decant.follower.reload.CandidateCheck.Verdict;

/**
 * What a follower remembers: the newest that it has seen, which must not be undercut, and the
 * version to begin with in another life. <i>Owned by the follower's thread.</i>
 */
public interface Memory extends AutoCloseable {
    /** The newest that was seen. */
    HighestSeen seen();

    /** Something newer was seen. */
    void saw(HighestSeen newer);

    /** A version is being served. */
    void served(Verdict.Accepted version);

    /** A version is served again because a later one was bad. */
    void servedAgain(Verdict.Accepted version);

    /** Writes what is unsaved, if anything is written at all and it is time. */
    void saveIfDue();

    /** Writes what is unsaved now. */
    @Override
    void close();

    /** Remembers for as long as the process lives. */
    static Memory ofOneLife() {
        return new Memory() {
            private HighestSeen seen = HighestSeen.NOTHING;

            @Override
            public HighestSeen seen() {
                return seen;
            }

            @Override
            public void saw(HighestSeen newer) {
                seen = newer;
            }

            @Override
            public void served(Verdict.Accepted version) {}

            @Override
            public void servedAgain(Verdict.Accepted version) {}

            @Override
            public void saveIfDue() {}

            @Override
            public void close() {}
        };
    }
}
