package io.decant.teacher.budget;

import io.decant.model.digest.Sha256;
import io.decant.model.random.SplitMix64;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * In which order the samples of one window are asked about: a number of them at random, the others
 * by the student's margin, or all at random. Chance is a function of seed and sample id.
 * <i>Immutable.</i>
 */
final class Ranking {
    /** Which of the seed's generators this is: "budget". */
    private static final long STREAM = 0x627564676574L;

    private final double[] chance;

    /** Ranks these samples. */
    Ranking(List<String> ids, long seed) {
        long stream = SplitMix64.at(seed, STREAM);
        chance = ids.stream().mapToDouble(id -> SplitMix64.unit(stream, hash(id))).toArray();
    }

    private static long hash(String id) {
        return ByteBuffer.wrap(Sha256.of(id.getBytes(StandardCharsets.UTF_8))).getLong();
    }

    /** Samples whose chance is below a share. */
    int below(double share) {
        return (int) IntStream.range(0, chance.length).filter(i -> chance[i] < share).count();
    }

    /**
     * Positions in the window, first those to be asked about first.
     *
     * @param random how many are drawn at random before margins count
     * @param opinions of these samples; when empty, chance decides alone
     */
    int[] order(int random, Optional<Opinions> opinions) {
        int[] drawn = by(IntStream.range(0, chance.length), i -> chance[i]);
        if (opinions.isEmpty()) {
            return drawn;
        }
        int[] rest = by(IntStream.of(drawn).skip(random), opinions.get()::margin);
        return IntStream.concat(IntStream.of(drawn).limit(random), IntStream.of(rest)).toArray();
    }

    /** Sorting is stable, so equals stay in the order in which they come. */
    private static int[] by(IntStream positions, IntToDoubleFunction value) {
        return positions
                .boxed()
                .sorted(Comparator.comparingDouble(value::applyAsDouble))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
