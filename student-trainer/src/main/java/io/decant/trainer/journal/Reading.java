package io.decant.trainer.journal;

import io.decant.records.DeadLetterReason;
import io.decant.trainer.learn.JournalPosition;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.Pair;

/** What a journal record is to one model. <i>Immutable.</i> */
public sealed interface Reading {
    /** Lets a learner take it in; where the record stands is told in events alone. */
    void teach(Learner learner, JournalPosition at);

    /** The model learns it. */
    record Usable(Pair pair) implements Reading {
        @Override
        public void teach(Learner learner, JournalPosition at) {
            learner.take(pair.at(at));
        }
    }

    /**
     * It is not for this model: its attributes do not match, it was excluded, or it holds nothing
     * but answers that weigh nothing.
     */
    record LeftOut(String sampleId) implements Reading {
        @Override
        public void teach(Learner learner, JournalPosition at) {
            learner.leaveOut();
        }
    }

    /** It cannot be used, and goes to the dead letters. */
    record Refused(DeadLetterReason reason, String detail) implements Reading {
        @Override
        public void teach(Learner learner, JournalPosition at) {
            learner.refuse();
        }
    }
}
