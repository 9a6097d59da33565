package io.decant.follower.reload;

import io.decant.follower.registry.RegistryFeed;
import io.decant.records.Verdict;
import java.util.Optional;

/** Hears what following a model comes to. <i>Called on the follower's thread; must be quick.</i> */
public interface ReloadReports {
    /** Hears nothing; what matters is in the log. */
    ReloadReports NONE =
            new ReloadReports() {
                @Override
                public void received(long bytes) {}

                @Override
                public void unreadable(RegistryFeed.Refused refused) {}

                @Override
                public void highest(long version) {}

                @Override
                public void status(
                        Optional<ServingModel> serving,
                        long candidate,
                        Verdict verdict,
                        String reason) {}
            };

    /** Keys and values were read from Kafka, registry and weights. */
    void received(long bytes);

    /** A record of the registry could not be read, or must not be believed. */
    void unreadable(RegistryFeed.Refused refused);

    /** The highest version that was ever verified and served. */
    void highest(long version);

    /**
     * Another version went into service, or a candidate did not.
     *
     * @param candidate its version; 0 for none
     * @param reason why it was rejected, or a remark; empty when there is nothing to say
     */
    void status(Optional<ServingModel> serving, long candidate, Verdict verdict, String reason);
}
