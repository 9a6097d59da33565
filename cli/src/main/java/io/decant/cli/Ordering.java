package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.OrderPlan;
import io.decant.cli.models.OrderPlanner;
import io.decant.cli.models.OrderWriter;
import io.decant.cli.models.RegisterReader;
import io.decant.cli.models.SignatureCheck;
import io.decant.cli.models.VersionCheck;
import io.decant.model.forward.InstalledStudents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.SigningKey;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/**
 * One order about a model from plan to record, the same for the command line and for the console.
 * <i>Owned by one thread.</i>
 */
final class Ordering implements AutoCloseable {
    private final RegisterReader reader;
    private final OrderWriter writer;
    private final SignatureCheck signatures;

    /**
     * @param key that orders are signed with; empty writes them unsigned
     */
    Ordering(
            ClusterSettings cluster,
            String model,
            InstantSource clock,
            Optional<SigningKey> key,
            SignatureCheck signatures) {
        this.reader = new RegisterReader(cluster, model, clock, HistoryOptions.PATIENCE);
        this.writer = new OrderWriter(cluster, reader, clock, key);
        this.signatures = signatures;
    }

    /** What is to be written, and what was read before. */
    record Planned(ModelRegister register, OrderPlan.Write plan) {}

    /**
     * Decides what a wish comes to.
     *
     * @throws CommandFailure when there is nothing to order
     */
    Planned plan(Function<OrderPlanner, OrderPlan> wish) {
        ModelRegister register = reader.read();
        OrderPlan wished = wish.apply(new OrderPlanner(register));
        if (wished instanceof OrderPlan.Refused refused) {
            throw new CommandFailure(refused.reason());
        }
        return new Planned(register, (OrderPlan.Write) wished);
    }

    /**
     * Verifies the version as gateways do, and writes.
     *
     * @throws CommandFailure when the version does not verify; nothing is written then
     */
    OrderWriter.Written write(Planned planned, String author, String reason)
            throws InterruptedException {
        verify(planned.register(), planned.plan().version());
        return writer.write(planned.register(), planned.plan(), author, reason);
    }

    private void verify(ModelRegister register, long version) {
        if (version != ModelRegister.NONE
                && RegisterOptions.check(reader, register, signatures, InstalledStudents.none())
                                .check(version)
                        instanceof VersionCheck.Finding.Wrong wrong) {
            throw new CommandFailure(
                    "nothing was ordered: version "
                            + version
                            + " does not verify: "
                            + wrong.reason());
        }
    }

    /** To look how gateways take it. */
    RegisterReader reader() {
        return reader;
    }

    @Override
    public void close() {
        writer.close();
        reader.close();
    }
}
