package io.decant.trainer.join;

import io.decant.records.DeadLetterReason;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The counts of this process since it started, over all partitions. Work that a crash undoes and
 * repeats is counted twice. <i>Thread-safe.</i>
 */
final class JoinCounters {
    private final Map<JoinCount, LongAdder> counts = new EnumMap<>(JoinCount.class);

    private final Map<DeadLetterReason, LongAdder> refusals = new EnumMap<>(DeadLetterReason.class);
    private final LongAdder taken = new LongAdder();
    private volatile long takenAtMillis;

    JoinCounters() {
        for (JoinCount count : JoinCount.values()) {
            counts.put(count, new LongAdder());
        }
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            refusals.put(reason, new LongAdder());
        }
    }

    /** A record was refused. */
    void refused(DeadLetterReason reason) {
        add(JoinCount.DEAD_LETTERS);
        refusals.get(reason).increment();
    }

    /** A record was taken in, with this timestamp. */
    void took(long timestampMillis) {
        taken.increment();
        takenAtMillis = timestampMillis;
    }

    /** Records taken in. */
    long taken() {
        return taken.sum();
    }

    /** Timestamp of a record that was taken in last by some thread. */
    long takenAtMillis() {
        return takenAtMillis;
    }

    void add(JoinCount count) {
        add(count, 1);
    }

    void add(JoinCount count, long amount) {
        counts.get(count).add(amount);
    }

    long get(JoinCount count) {
        return counts.get(count).sum();
    }

    /** Every count by its metric's name. */
    Map<String, Long> snapshot() {
        Map<String, Long> snapshot = new TreeMap<>();
        counts.forEach((count, sum) -> snapshot.put(count.metric(), sum.sum()));
        refusals.forEach(
                (reason, sum) -> {
                    if (sum.sum() > 0) {
                        snapshot.put(
                                JoinCount.DEAD_LETTERS.metric()
                                        + "."
                                        + reason.name().toLowerCase(Locale.ROOT),
                                sum.sum());
                    }
                });
        return snapshot;
    }
}
