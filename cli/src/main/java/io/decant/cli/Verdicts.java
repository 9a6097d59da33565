package io.decant.cli;

import io.decant.trainer.replay.Outcome;
import io.decant.trainer.replay.Verdict;

/** What a verification came to, in words. <i>Thread-safe: all methods are pure.</i> */
final class Verdicts {
    private Verdicts() {}

    static String versions(Outcome.Run run) {
        return run.first() == run.last()
                ? "version " + run.first()
                : "versions " + run.first() + " to " + run.last();
    }

    static String words(Verdict verdict) {
        if (verdict instanceof Verdict.Differs differs) {
            return "DIFFERS: " + differs.difference() + "; likely: " + differs.likelyCause();
        } else if (verdict instanceof Verdict.NotVerifiable gone) {
            return "NOT VERIFIABLE: " + gone.missing();
        }
        return "equal";
    }
}
