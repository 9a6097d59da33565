package io.decant.trainer.lease;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/**
 * One stretch of holding a model's lease without a break. It knows the group's generation, and only
 * generations under which the model was held: a transaction that outlives its term names an old
 * one, and the group refuses it. <i>Thread-safe.</i>
 */
public final class Term {
    private final Duration patience;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private ConsumerGroupMetadata generation;
    private boolean over;

    /**
     * A term that begins.
     *
     * @param generation in which the lease was got
     * @param patience longest wait for the next generation
     * @throws IllegalArgumentException when the generation is not that of a member: a transaction
     *     that named it would not be fenced at all
     */
    public Term(ConsumerGroupMetadata generation, Duration patience) {
        if (!isMembers(generation)) {
            throw new IllegalArgumentException(
                    "a lease is held by a member of a group, was held under " + generation);
        }
        this.generation = generation;
        this.patience = patience;
    }

    private static boolean isMembers(ConsumerGroupMetadata generation) {
        return generation.generationId() >= 0 && !generation.memberId().isEmpty();
    }

    /** The newest generation under which the model was held. */
    public ConsumerGroupMetadata generation() {
        lock.lock();
        try {
            return generation;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits a bounded time for a generation that follows one which the group has refused. The group
     * goes on to a next generation whenever a member joins or leaves, and the owner hears of it a
     * moment later.
     *
     * @return empty when the lease is lost, or no next generation comes
     */
    public Optional<ConsumerGroupMetadata> after(ConsumerGroupMetadata refused)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = patience.toNanos();
            while (!over && isCurrent(refused) && left > 0) {
                left = changed.awaitNanos(left);
            }
            return over || isCurrent(refused) ? Optional.empty() : Optional.of(generation);
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent(ConsumerGroupMetadata other) {
        return generation.generationId() == other.generationId();
    }

    /** The model is held under this generation too; without effect when the term is over. */
    void renew(ConsumerGroupMetadata next) {
        lock.lock();
        try {
            if (!over && isMembers(next)) {
                generation = next;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The lease is lost. */
    void end() {
        lock.lock();
        try {
            over = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
