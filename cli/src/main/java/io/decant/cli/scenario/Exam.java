package io.decant.cli.scenario;

import io.decant.cli.run.Rendering;
import java.util.List;

/**
 * How the test files are shown and what their classes mean. <i>Immutable.</i>
 *
 * @param becomes what each class means, [classes]; empty = itself
 */
record Exam(Rendering rendering, List<Integer> becomes) {
    /** The test files as they are. */
    static final Exam PLAIN = new Exam(Rendering.PLAIN, List.of());

    Exam {
        becomes = List.copyOf(becomes);
    }

    int truth(int inFile) {
        return becomes.isEmpty() ? inFile : becomes.get(inFile);
    }
}
