package io.decant.pipeline.source;

import io.decant.pipeline.config.Setting;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.util.Collection;
import java.util.List;

/**
 * Where samples and labels come from: Decant's own topics, or topics of the operator's that are
 * mapped to them. The teachers and the joiner of one pipeline need the same block, because both
 * derive the features that a soft target's hash vouches for. <i>Immutable.</i>
 */
public record SourceSettings(
        @Setting(
                        doc =
                                "Which partition the records of a sample stand in: by-id = murmur2 of the sample id, checked; as-is = where its producer put the sample, its label must be in the partition of the same number.",
                        otherwise = "by-id")
                Partitioning partitioning,
        @Setting(
                        doc =
                                "Newest records of each partition of a mapped topic that are tried before a service reads it for the first time; it does not start when none of them maps. 0 = none.",
                        otherwise = "20",
                        min = 0,
                        max = 10_000)
                int probeRecords,
        @Setting(
                        doc =
                                "Share of the samples that are taken, chosen by a hash of the sample id; the rest is read, counted and left. Teachers and joiner need the same, because a sample, its answers and its label are taken together.",
                        otherwise = "1",
                        min = 1e-6,
                        max = 1)
                double share,
        @Setting(doc = "Seed of that hash: another one takes other samples.", otherwise = "0")
                long seed,
        SampleSource samples,
        LabelSource labels) {
    /** Decant's own topics, as their producers filled them. */
    public static final SourceSettings OWN =
            new SourceSettings(Partitioning.BY_ID, 0, 1, 0, SampleSource.OWN, LabelSource.OWN);

    /** What chooses the partition of a sample's records. */
    public enum Partitioning {
        BY_ID,
        AS_IS
    }

    public SourceSettings {
        if (partitioning == Partitioning.AS_IS && samples.topic().isEmpty()) {
            throw new IllegalArgumentException(
                    "partitioning must be by-id unless samples.topic is given: Decant's own samples are partitioned by their id");
        }
        if (samples.label().isPresent() && labels.topic().isPresent()) {
            throw new IllegalArgumentException(
                    "samples.label and labels.topic are both given; labels come with their samples or from a topic of their own, leave one out");
        }
        if (samples.topic().isPresent() && samples.topic().equals(labels.topic())) {
            throw new IllegalArgumentException(
                    "labels.topic is samples.topic; for labels in their samples' records give samples.label");
        }
    }

    /** Whether samples may bring their labels; no topic of labels is read then. */
    public boolean labelsComeWithSamples() {
        return samples.label().isPresent();
    }

    /** Whether labels are made of other records than Decant's own. */
    public boolean labelsAreMapped() {
        return labelsComeWithSamples() || labels.topic().isPresent();
    }

    /** Which samples are taken. */
    public SourceShare taken() {
        return new SourceShare(share, seed);
    }

    /** The topic that a kind of records is read from: Decant's own, or the one mapped to it. */
    public String name(Topic kind, Topics topics) {
        return switch (kind) {
            case SAMPLES -> samples.topic().orElseGet(() -> topics.name(kind));
            case LABELS ->
                    labelsComeWithSamples()
                            ? name(Topic.SAMPLES, topics)
                            : labels.topic().orElseGet(() -> topics.name(kind));
            default -> topics.name(kind);
        };
    }

    /** Those of Decant's topics that a service still reads when others are mapped. */
    public List<Topic> own(Collection<Topic> needed) {
        return needed.stream()
                .filter(topic -> topic != Topic.SAMPLES || samples.topic().isEmpty())
                .filter(
                        topic ->
                                topic != Topic.LABELS
                                        || labels.topic().isEmpty() && !labelsComeWithSamples())
                .toList();
    }
}
