package io.decant.follower.reload;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one reference that a reload swaps. Readers never wait; the slot holds what it serves, and a
 * version that was swapped out is freed when its last answer is given. <i>Thread-safe.</i>
 */
public final class ServingSlot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServingSlot.class);

    private final List<Consumer<Swap>> listeners = new ArrayList<>();
    private volatile ServingModel current;
    private Swap last;

    /**
     * A version went into service.
     *
     * @param swappedAtMillis since 1970-01-01T00:00Z
     * @param bytesReceived key and value bytes read from Kafka since the swap before, registry and
     *     weights; 0 when it came from disk
     * @param fromDisk whether it is the last good model of an earlier life
     */
    public record Swap(long version, long swappedAtMillis, long bytesReceived, boolean fromDisk) {}

    /** What is served now: to be looked at, not to be asked. */
    public Optional<ServingModel> current() {
        return Optional.ofNullable(current);
    }

    /** What is served now, held for the caller, who lets it go when it has answered. */
    public Optional<ServingModel> hold() {
        ServingModel model = current;
        while (model != null && !model.hold()) {
            // It was swapped out and freed since it was read, so another one is in its place.
            model = current;
        }
        return Optional.ofNullable(model);
    }

    /** Serves {@code model}, which the caller holds, from now on, and tells the listeners. */
    public synchronized void swap(ServingModel model, long bytesReceived, boolean fromDisk) {
        replace(Optional.of(model));
        last =
                new Swap(
                        model.version(),
                        model.servedSince().toEpochMilli(),
                        bytesReceived,
                        fromDisk);
        listeners.forEach(listener -> tell(listener, last));
    }

    private void replace(Optional<ServingModel> next) {
        Optional<ServingModel> before = current();
        if (next.isPresent() && !next.get().hold()) {
            throw new IllegalStateException(
                    "version " + next.get().version() + " is freed and cannot be served");
        }
        current = next.orElse(null);
        before.ifPresent(ServingModel::letGo);
    }

    /** Serves nothing any more. Answers in progress are given. */
    @Override
    public synchronized void close() {
        replace(Optional.empty());
    }

    /** Hears of every swap, and at once of the last one so far. Called on the swapping thread. */
    public synchronized void onSwap(Consumer<Swap> listener) {
        listeners.add(listener);
        if (last != null) {
            tell(listener, last);
        }
    }

    private static void tell(Consumer<Swap> listener, Swap swap) {
        try {
            listener.accept(swap);
        } catch (RuntimeException broken) {
            // A listener's bug must not stop the reload that it only watches.
            LOG.error("event=swap_listener_failed version={}", swap.version(), broken);
        }
    }
}
