package io.decant.cli.scenario;

import io.decant.cli.run.Rendering;
import java.util.List;

/** Which teacher a trial has. <i>Immutable.</i> */
sealed interface TeacherChoice {
    /** One that learned the data set's first half, or the file that the user gave. */
    record Usual() implements TeacherChoice {}

    /** One that learned the first half in each of these domains. */
    record General(List<Rendering> domains) implements TeacherChoice {
        public General {
            domains = List.copyOf(domains);
        }
    }

    /**
     * The usual one, except that some of its answers are those of other classes.
     *
     * @param share of samples that it answers so, chosen by their content
     * @param becomes whose logit each class gets, [classes]
     */
    record Poisoned(double share, List<Integer> becomes) implements TeacherChoice {
        public Poisoned {
            becomes = List.copyOf(becomes);
        }
    }
}
