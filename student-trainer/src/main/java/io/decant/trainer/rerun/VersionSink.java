package io.decant.trainer.rerun;

import io.decant.trainer.journal.JournalLearner;
import io.decant.trainer.learn.Learner;
import java.util.Set;

/** Where the versions of a new run go. <i>Called by the run's thread.</i> */
public interface VersionSink extends AutoCloseable {
    /** Keeps nothing: for a run whose result alone is of interest. */
    VersionSink NOWHERE =
            new VersionSink() {
                @Override
                public void ended(
                        JournalLearner.Version version,
                        Learner learner,
                        Set<String> teacherIds,
                        boolean finished) {}

                @Override
                public void stillAlive() {}

                @Override
                public void close() {}
            };

    /**
     * A version has ended; returns when it is kept.
     *
     * @param learner to be looked at only, and only during the call
     * @param teacherIds whose answers the version's pairs hold
     */
    void ended(
            JournalLearner.Version version,
            Learner learner,
            Set<String> teacherIds,
            boolean finished);

    /** Called every now and then between versions. */
    void stillAlive();

    @Override
    void close();
}
