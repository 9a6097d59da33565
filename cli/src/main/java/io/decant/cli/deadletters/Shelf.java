package io.decant.cli.deadletters;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The letters that a command is about, and what became of them: the newest or the oldest ones that
 * a filter lets through, without their values, and the marks of all. <i>Owned by one thread.</i>
 */
public final class Shelf {
    private static final Comparator<Letter> BY_TIME =
            Comparator.comparingLong((Letter letter) -> letter.content().getAtMillis())
                    .thenComparing(Letter::id);

    private final LetterFilter filter;
    private final int most;
    private final boolean oldestUnmarked;
    private final PriorityQueue<Letter> kept;
    private final Map<LetterId, Letter> marks = new HashMap<>();
    private long matching;
    private long marked;

    private Shelf(LetterFilter filter, int most, boolean oldestUnmarked) {
        this.filter = filter;
        this.most = most;
        this.oldestUnmarked = oldestUnmarked;
        kept = new PriorityQueue<>(oldestUnmarked ? BY_TIME.reversed() : BY_TIME);
    }

    /**
     * An empty shelf for the newest letters.
     *
     * @param most letters that are kept
     */
    public static Shelf ofNewest(LetterFilter filter, int most) {
        return new Shelf(filter, most, false);
    }

    /**
     * An empty shelf for the oldest letters whose records nobody has sent again, so that every
     * letter has its turn however many there are. Marks come behind their letters: give it all of
     * them first, and then everything.
     *
     * @param most letters that are kept
     */
    public static Shelf ofOldestUnmarked(LetterFilter filter, int most) {
        return new Shelf(filter, most, true);
    }

    /** Takes a mark of the topic, and leaves letters alone. */
    public void takeMark(Letter letter) {
        if (letter.isMark()) {
            marks.put(letter.marked(), letter);
        }
    }

    /** Takes the next letter or mark of the topic. */
    public void take(Letter letter) {
        if (letter.isMark()) {
            takeMark(letter);
        } else if (filter.matches(letter.content())) {
            matching++;
            if (oldestUnmarked && marks.containsKey(letter.id())) {
                marked++;
                return;
            }
            kept.add(letter.withoutValue());
            if (kept.size() > most) {
                kept.poll();
            }
        }
    }

    /** The letters that are kept, oldest first. */
    public List<Letter> letters() {
        List<Letter> letters = new ArrayList<>(kept);
        letters.sort(BY_TIME);
        return letters;
    }

    /** How many letters the filter let through, kept or not. */
    public long matching() {
        return matching;
    }

    /** How many of these an {@link #ofOldestUnmarked} shelf left out because they are marked. */
    public long marked() {
        return marked;
    }

    /** Who sent a letter's record again. */
    public Optional<Letter> mark(LetterId letter) {
        return Optional.ofNullable(marks.get(letter));
    }
}
