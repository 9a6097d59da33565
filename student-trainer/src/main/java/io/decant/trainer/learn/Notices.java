package io.decant.trainer.learn;

import java.util.ArrayList;
import java.util.List;

/**
 * Notices that nobody has taken yet; the newest are dropped beyond a bound. <i>Owned by the
 * learner.</i>
 */
final class Notices {
    /** So many between two versions would only repeat each other. */
    private static final int MOST = 100;

    private final List<Notice> waiting = new ArrayList<>();

    void add(Notice notice) {
        if (waiting.size() < MOST) {
            waiting.add(notice);
        }
    }

    /** All of them; none is left. */
    List<Notice> take() {
        List<Notice> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }
}
