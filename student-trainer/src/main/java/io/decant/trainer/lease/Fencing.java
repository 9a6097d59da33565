package io.decant.trainer.lease;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Knows the failures of a trainer that is not alone. <i>Thread-safe: all methods are pure.</i> */
public final class Fencing {
    private static final List<Class<? extends RuntimeException>> SIGNS =
            List.of(
                    ProducerFencedException.class,
                    InvalidProducerEpochException.class,
                    InvalidPidMappingException.class,
                    // The coordinator ended the transaction: it was open for too long, or another
                    // process took over.
                    InvalidTxnStateException.class,
                    CommitFailedException.class,
                    IllegalGenerationException.class,
                    UnknownMemberIdException.class,
                    RebalanceInProgressException.class,
                    FencedInstanceIdException.class);

    private Fencing() {}

    /**
     * Whether the failure may mean that another process leads the model. It need not: a process
     * that wakes up too late can fence the rightful owner, so the group has to be asked.
     */
    public static boolean mayHaveCaused(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .anyMatch(cause -> SIGNS.stream().anyMatch(sign -> sign.isInstance(cause)));
    }
}
