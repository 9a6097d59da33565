package io.decant.cli.deadletters;

import io.decant.cli.feed.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * One run over chosen letters: each is judged, and sent again at a bounded rate when it can be.
 * <i>Owned by one thread.</i>
 */
public final class RedriveRun {
    /** Letters whose values are in memory at a time. */
    private static final int CHUNK = 50;

    private final LetterReader reader;
    private final Remedies remedies;
    private final Optional<Redriver> redriver;
    private final Pace pace;
    private final LongSupplier nanos;
    private final Consumer<Duration> pause;
    private final List<Done> done = new ArrayList<>();

    /** A letter and what was decided. */
    public record Done(Letter letter, Remedy remedy) {}

    /**
     * Prepares a run.
     *
     * @param redriver empty to decide only
     * @param rate records a second
     * @param nanos tells time for the rate
     * @param pause waits for the given time
     */
    public RedriveRun(
            LetterReader reader,
            Remedies remedies,
            Optional<Redriver> redriver,
            double rate,
            LongSupplier nanos,
            Consumer<Duration> pause) {
        this.reader = reader;
        this.remedies = remedies;
        this.redriver = redriver;
        this.pace = new Pace(OptionalDouble.of(rate));
        this.nanos = nanos;
        this.pause = pause;
    }

    /**
     * Redrives letters, partition by partition and in each in their order.
     *
     * @return what became of each
     */
    public List<Done> over(List<LetterId> letters, String author, String reason) {
        Map<Integer, TreeSet<Long>> byPartition = new TreeMap<>();
        letters.forEach(
                id ->
                        byPartition
                                .computeIfAbsent(id.partition(), each -> new TreeSet<>())
                                .add(id.offset()));
        byPartition.forEach(
                (partition, offsets) -> {
                    while (!offsets.isEmpty()) {
                        SortedSet<Long> chunk = new TreeSet<>();
                        while (chunk.size() < CHUNK && !offsets.isEmpty()) {
                            chunk.add(offsets.pollFirst());
                        }
                        reader.at(partition, chunk).forEach(each -> redrive(each, author, reason));
                        redriver.ifPresent(Redriver::commit);
                    }
                });
        return done;
    }

    private void redrive(Letter letter, String author, String reason) {
        Remedy remedy = remedies.of(letter);
        done.add(new Done(letter.withoutValue(), remedy));
        if (remedy instanceof Remedy.Resend resend && redriver.isPresent()) {
            awaitTurn(redriver.get());
            redriver.get().resend(letter, resend.partition(), author, reason);
            pace.take();
        }
    }

    private void awaitTurn(Redriver open) {
        for (long wait = pace.nanosUntilDue(nanos.getAsLong());
                wait > 0;
                wait = pace.nanosUntilDue(nanos.getAsLong())) {
            // What was sent shall not wait with us.
            open.commit();
            pause.accept(Duration.ofNanos(wait));
        }
    }
}
