package io.decant.trainer.quality;

import io.decant.pipeline.config.Setting;
import java.util.List;

/** What is known of a student besides its accuracy. <i>Immutable.</i> */
public record QualitySettings(
        @Setting(
                        doc =
                                "Latest predictions with a label that recall, calibration and slices are counted over; part of the state. 0 is off.",
                        otherwise = "2000",
                        min = 0,
                        max = 100_000)
                int window,
        @Setting(
                        doc =
                                "Attributes of samples; the predictions of each value of each are counted apart, of student and shadow, so that a bias shows. At most 4.",
                        otherwise = "")
                List<String> slices,
        @Setting(
                        doc =
                                "Remembered samples that each version and the one before are asked about, for the share of answers that changed; 0 is off.",
                        otherwise = "100",
                        min = 0,
                        max = 100_000)
                int churnSamples) {
    /** Attributes at most: their values stand in 16 bits each of one number. */
    static final int MOST_SLICES = 4;

    /** Nothing is counted. */
    public static final QualitySettings OFF = new QualitySettings(0, List.of(), 0);

    public QualitySettings {
        slices = List.copyOf(slices);
        if (slices.size() > MOST_SLICES) {
            throw new IllegalArgumentException(
                    "quality.slices must name at most "
                            + MOST_SLICES
                            + " attributes, named "
                            + slices.size());
        }
    }
}
