package io.decant.trainer.journal;

import io.decant.trainer.learn.SampleKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Which pairs a model learns: by the attributes of their samples, all of the wanted ones must be
 * there; and never those of an excluded sample. <i>Immutable.</i>
 *
 * @param wanted attribute to value; empty lets every pair through
 * @param excluded samples that must not be learned
 */
public record PairFilter(Map<String, String> wanted, Set<SampleKey> excluded) {
    /**
     * Most excluded samples: they stand in every lineage record and every state, 33 bytes each, and
     * a record must stay below a megabyte.
     */
    public static final int MOST_EXCLUDED = 4000;

    public PairFilter {
        wanted = Map.copyOf(wanted);
        excluded = Set.copyOf(excluded);
        if (excluded.size() > MOST_EXCLUDED) {
            throw new IllegalArgumentException(
                    "at most "
                            + MOST_EXCLUDED
                            + " samples can be excluded (model.exclude), were "
                            + excluded.size());
        }
    }

    /**
     * Reads {@code attribute=value} texts and the {@linkplain SampleKey#text keys} of excluded
     * samples.
     *
     * @throws IllegalArgumentException when one is not of that form, when an attribute is named
     *     twice, or when too many samples are excluded
     */
    public static PairFilter parse(List<String> conditions, List<String> excluded) {
        Map<String, String> wanted = new TreeMap<>();
        for (String condition : conditions) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "model.filter must be a list of ATTRIBUTE=VALUE, was '" + condition + "'");
            }
            String attribute = condition.substring(0, equals);
            if (wanted.put(attribute, condition.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(
                        "model.filter names the attribute '"
                                + attribute
                                + "' twice; a pair can have one value of it only");
            }
        }
        return new PairFilter(
                wanted, excluded.stream().map(SampleKey::parse).collect(Collectors.toSet()));
    }

    /** Whether a sample must not be learned, whatever its attributes are. */
    public boolean excludes(String sampleId) {
        return !excluded.isEmpty() && excluded.contains(SampleKey.of(sampleId));
    }

    boolean passes(String sampleId, Map<String, String> attributes) {
        if (excludes(sampleId)) {
            return false;
        }
        for (Map.Entry<String, String> condition : wanted.entrySet()) {
            if (!condition.getValue().equals(attributes.get(condition.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
