package io.decant.cli.run;

import io.decant.cli.CommandFailure;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run has opened, closed in reverse order, also from the thread of a Ctrl-C.
 * <i>Thread-safe.</i>
 */
public final class OwnedResources implements AutoCloseable {
    private final PrintStream out;
    private final List<AutoCloseable> open = new ArrayList<>();
    private boolean closed;

    /**
     * @param out hears of resources that cannot be closed
     */
    public OwnedResources(PrintStream out) {
        this.out = out;
    }

    /**
     * Takes a resource over.
     *
     * @throws CommandFailure when the run was stopped meanwhile; the resource is closed then
     */
    public synchronized <T extends AutoCloseable> T own(T resource) {
        if (closed) {
            closeQuietly(resource);
            throw new CommandFailure("stopped");
        }
        open.add(resource);
        return resource;
    }

    /** Closes a resource before the others, and forgets it. */
    public synchronized void release(AutoCloseable resource) {
        if (open.remove(resource)) {
            closeQuietly(resource);
        }
    }

    private void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failed) {
            // Each resource must get its turn; what went wrong is told.
            out.println("decant: while stopping: " + failed);
        }
    }

    /** Closes everything; a second call finds nothing left. */
    @Override
    public synchronized void close() {
        closed = true;
        for (int i = open.size() - 1; i >= 0; i--) {
            closeQuietly(open.get(i));
        }
        open.clear();
    }
}
