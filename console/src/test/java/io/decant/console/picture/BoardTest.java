package io.decant.console.picture;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.console.picture.Board.Overflow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BoardTest {
    @Test
    void whoAppliesEveryChangeHasTheSameRows() {
        // Given a board, and a reader that has nothing
        Random random = new Random(3);
        Map<String, Integer> reader = new LinkedHashMap<>();
        Board<Integer> board = new Board<>(8, Overflow.OLDEST_OUT);

        // When rows come, change and go, and the reader asks now and then
        for (int i = 0; i < 2000; i++) {
            String key = "k" + random.nextInt(20);
            if (random.nextInt(4) == 0) {
                board.drop(key);
            } else {
                board.put(key, random.nextInt(5));
            }
            if (random.nextInt(3) == 0) {
                apply(board.drain(), reader);

                // Then both have the same, and never more than the capacity
                assertThat(reader).isEqualTo(board.all().put()).hasSizeLessThanOrEqualTo(8);
            }
        }
    }

    @Test
    void theOldestRowGoesFirst() {
        // Given a full board
        Board<String> board = new Board<>(4, Overflow.OLDEST_OUT);
        List.of("a", "b", "c", "d").forEach(key -> board.put(key, key));

        // When the oldest row changes and one more comes
        board.put("a", "changed");
        board.put("e", "e");

        // Then the one that changed least recently is gone
        assertThat(board.all().put().keySet()).containsExactly("c", "d", "a", "e");
    }

    @Test
    void theOlderHalfIsThinnedAndTheNewerIsWhole() {
        // Given a board for 100 points
        Board<Integer> board = new Board<>(100, Overflow.THIN);

        // When ten times as many come
        for (int i = 0; i < 1000; i++) {
            board.put("p" + i, i);
        }

        // Then the first is there, the newest half is whole, and older ones are further apart
        List<Integer> kept = new ArrayList<>(board.all().put().values());
        assertThat(kept).hasSizeLessThanOrEqualTo(100).isSorted();
        assertThat(kept).startsWith(0).endsWith(999);
        assertThat(gap(kept, kept.size() / 2 + 1)).isEqualTo(1);
        assertThat(gap(kept, 10)).isGreaterThan(gap(kept, 20)).isGreaterThan(1);
    }

    @Test
    void aRowThatIsTheSameIsNoChange() {
        // Given a row that was told
        Board<String> board = new Board<>(4, Overflow.OLDEST_OUT);
        board.put("a", "same");
        board.drain();

        // When it comes again
        board.put("a", "same");

        // Then there is nothing to tell
        assertThat(board.isChanged()).isFalse();
    }

    private static int gap(List<Integer> kept, int at) {
        return kept.get(at) - kept.get(at - 1);
    }

    private static void apply(Board.Change<Integer> change, Map<String, Integer> reader) {
        change.drop().forEach(reader::remove);
        reader.putAll(change.put());
    }
}
