package io.decant.trainer.replay;

import io.decant.records.Lineage;
import io.decant.records.Span;
import io.decant.trainer.journal.JournalSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tells what of versions can still be read, without reading it: lineage, and the journal from where
 * it begins now. <i>Owned by one thread.</i>
 */
public final class Coverage {
    private final ModelHistory history;
    private final JournalSource journal;

    /** Looks at a history and its journal, which stay the caller's. */
    public Coverage(ModelHistory history, JournalSource journal) {
        this.history = history;
        this.journal = journal;
    }

    /** Whether all that a version was learned from seems to be there. */
    public boolean has(long version) {
        return missing(version, version).isEmpty();
    }

    /** What is gone of versions {@code first <= version <= last}, one sentence each. */
    public List<String> missing(long first, long last) {
        List<String> sentences = new ArrayList<>();
        Map<Integer, long[]> lost = new TreeMap<>();
        Optional<String> otherTopic = Optional.empty();
        long without = 0;
        for (long version = first; version <= last + 1; version++) {
            Lineage lineage = version <= last ? history.lineage().get(version) : null;
            if (version <= last && lineage == null) {
                without = without == 0 ? version : without;
                continue;
            }
            if (without > 0) {
                sentences.add("the lineage of " + versions(without, version - 1) + " is gone");
                without = 0;
            }
            if (lineage != null) {
                for (Span span : lineage.getSpans()) {
                    if (!span.getTopicId().equals(journal.topicId())) {
                        otherTopic = Optional.of(span.getTopicId());
                    } else if (span.getFirstOffset() < journal.beginning(span.getPartition())) {
                        add(lost, version, span);
                    }
                }
            }
        }
        lost.forEach((partition, range) -> sentences.add(sentence(partition, range)));
        otherTopic.ifPresent(
                id ->
                        sentences.add(
                                "versions were learned from the journal with topic id "
                                        + id
                                        + ", which is gone: the topic was recreated"));
        return sentences;
    }

    /** Range of offsets, and of the versions that need it. */
    private void add(Map<Integer, long[]> lost, long version, Span span) {
        long to = Math.min(span.getLastOffset(), journal.beginning(span.getPartition()) - 1);
        long[] range =
                lost.computeIfAbsent(
                        span.getPartition(),
                        partition -> new long[] {span.getFirstOffset(), to, version, version});
        range[1] = Math.max(range[1], to);
        range[3] = version;
    }

    private static String sentence(int partition, long[] range) {
        return "journal partition "
                + partition
                + " offsets "
                + range[0]
                + " to "
                + range[1]
                + " are gone, of "
                + versions(range[2], range[3]);
    }

    private static String versions(long first, long last) {
        return first == last ? "version " + first : "versions " + first + " to " + last;
    }
}
