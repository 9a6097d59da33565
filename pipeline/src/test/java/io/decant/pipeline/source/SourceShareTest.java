package io.decant.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SourceShareTest {
    private static final int MANY = 100_000;

    private static double taken(SourceShare rule) {
        return IntStream.range(0, MANY).filter(i -> rule.takes("run-" + i)).count() / (double) MANY;
    }

    @Test
    void aShareOfTheIdsIsTakenAndAnotherSeedTakesOthers() {
        assertThat(taken(new SourceShare(0.1, 1))).isCloseTo(0.1, within(0.01));
        assertThat(taken(new SourceShare(1, 1))).isEqualTo(1);
        long both =
                IntStream.range(0, MANY)
                        .mapToObj(i -> "run-" + i)
                        .filter(new SourceShare(0.5, 1)::takes)
                        .filter(new SourceShare(0.5, 2)::takes)
                        .count();
        assertThat(both / (double) MANY).isCloseTo(0.25, within(0.01));
    }

    @Test
    void whatASmallerShareTakesALargerOneTakesToo() {
        assertThat(IntStream.range(0, MANY).mapToObj(i -> "run-" + i))
                .allMatch(
                        id ->
                                !new SourceShare(0.1, 3).takes(id)
                                        || new SourceShare(0.2, 3).takes(id));
    }

    @Test
    void theHashIsFnv1aOf64Bits() {
        // Published test vectors of FNV-1a.
        assertThat(SourceShare.hash("")).isEqualTo(0xcbf29ce484222325L);
        assertThat(SourceShare.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(SourceShare.hash("foobar")).isEqualTo(0x85944171f73967e8L);
    }
}
