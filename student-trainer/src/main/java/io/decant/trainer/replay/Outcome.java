package io.decant.trainer.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a verification came to, version by version. <i>Immutable.</i>
 *
 * @param runs all versions that were looked at, ascending, without holes
 * @param starts the versions at whose state learning began; 0 = genesis
 */
public record Outcome(List<Run> runs, List<Long> starts) {
    public Outcome {
        runs = List.copyOf(runs);
        starts = List.copyOf(starts);
    }

    /**
     * Consecutive versions of which the same can be said.
     *
     * @param verdict of the last of them
     */
    public record Run(long first, long last, Verdict verdict) {
        long versions() {
            return last - first + 1;
        }

        private boolean continuesWith(Verdict next) {
            if (verdict instanceof Verdict.NotVerifiable one
                    && next instanceof Verdict.NotVerifiable other) {
                return one.missing().equals(other.missing());
            }
            return verdict instanceof Verdict.Equal && next instanceof Verdict.Equal;
        }
    }

    /** Collects verdicts, ascending by version. <i>Owned by one thread.</i> */
    static final class Collector {
        private final List<Run> runs = new ArrayList<>();
        private final List<Long> starts = new ArrayList<>();

        void started(long version) {
            starts.add(version);
        }

        void judged(Verdict verdict) {
            int last = runs.size() - 1;
            if (last >= 0 && runs.get(last).continuesWith(verdict)) {
                runs.set(last, new Run(runs.get(last).first, verdict.version(), verdict));
            } else {
                runs.add(new Run(verdict.version(), verdict.version(), verdict));
            }
        }

        Outcome done() {
            return new Outcome(runs, starts);
        }
    }

    /** Versions that were equal. */
    public long equal() {
        return count(Verdict.Equal.class);
    }

    /** Versions that differ. */
    public long different() {
        return count(Verdict.Differs.class);
    }

    /** Versions that could not be compared. */
    public long notVerifiable() {
        return count(Verdict.NotVerifiable.class);
    }

    private long count(Class<? extends Verdict> kind) {
        return runs.stream()
                .filter(run -> kind.isInstance(run.verdict))
                .mapToLong(Run::versions)
                .sum();
    }

    /** Whether there was something to compare and all of it was equal. */
    public boolean allEqual() {
        return !runs.isEmpty()
                && runs.stream().allMatch(run -> run.verdict instanceof Verdict.Equal);
    }

    /** The last version that was equal. */
    public Optional<Verdict.Equal> lastEqual() {
        for (int i = runs.size() - 1; i >= 0; i--) {
            if (runs.get(i).verdict instanceof Verdict.Equal equal) {
                return Optional.of(equal);
            }
        }
        return Optional.empty();
    }
}
