package io.decant.cli.deadletters;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The letters that a command is about, and what became of them: the newest ones that a filter lets
 * through, without their values, and every mark. <i>Owned by one thread.</i>
 */
public final class Shelf {
    private static final Comparator<Letter> BY_TIME =
            Comparator.comparingLong((Letter letter) -> letter.content().getAtMillis())
                    .thenComparing(Letter::id);

    private final LetterFilter filter;
    private final int most;
    private final PriorityQueue<Letter> newest = new PriorityQueue<>(BY_TIME);
    private final Map<LetterId, Letter> marks = new HashMap<>();
    private long matching;

    /**
     * An empty shelf.
     *
     * @param most letters that are kept
     */
    public Shelf(LetterFilter filter, int most) {
        this.filter = filter;
        this.most = most;
    }

    /** Takes the next letter or mark of the topic. */
    public void take(Letter letter) {
        if (letter.isMark()) {
            marks.put(letter.marked(), letter);
        } else if (filter.matches(letter.content())) {
            matching++;
            newest.add(letter.withoutValue());
            if (newest.size() > most) {
                newest.poll();
            }
        }
    }

    /** The letters that are kept, oldest first. */
    public List<Letter> letters() {
        List<Letter> letters = new ArrayList<>(newest);
        letters.sort(BY_TIME);
        return letters;
    }

    /** How many letters the filter let through, kept or not. */
    public long matching() {
        return matching;
    }

    /** Who sent a letter's record again. */
    public Optional<Letter> mark(LetterId letter) {
        return Optional.ofNullable(marks.get(letter));
    }
}
