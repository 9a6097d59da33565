package io.decant.cli;

import io.decant.cli.card.CardText;
import io.decant.cli.card.ModelCard;
import io.decant.cli.models.OrderPlan;
import io.decant.cli.models.OrderPlanner;
import io.decant.cli.models.OrderWriter;
import io.decant.cli.models.SignatureCheck;
import io.decant.console.Console;
import io.decant.console.ConsoleSettings;
import io.decant.console.order.OrderDesk;
import io.decant.console.order.Wish;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.sign.SigningKey;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.serde.WriterSchemas;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts the console with what the command line knows: cards as {@code decant models card} writes
 * them, orders as {@code decant models promote} gives them. <i>Thread-safe: all methods are
 * pure.</i>
 */
public final class ConsoleRun {
    private ConsoleRun() {}

    /**
     * Serves the console when it is enabled.
     *
     * @return empty when it is not
     */
    public static Optional<Console> start(
            ClusterSettings cluster, ConsoleSettings settings, InstantSource clock) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        return Optional.of(
                Console.start(
                        cluster,
                        settings,
                        desk(cluster, settings.orders(), clock),
                        (model, version, lineage, teachers) ->
                                CardText.json(
                                        new ModelCard(
                                                model,
                                                version,
                                                Optional.empty(),
                                                lineage,
                                                teachers)),
                        clock));
    }

    private static Optional<OrderDesk> desk(
            ClusterSettings cluster, ConsoleSettings.Orders settings, InstantSource clock) {
        if (!settings.enabled()) {
            return Optional.empty();
        }
        // Read now: a file that is not right must stop the start, not an order at night.
        Optional<SigningKey> key = settings.key().map(SigningKey::read);
        Optional<TrustedKeys> trusted =
                settings.trust().isEmpty()
                        ? Optional.empty()
                        : Optional.of(TrustedKeys.read(settings.trust()));
        return Optional.of(
                wish -> {
                    SignatureCheck signatures =
                            new SignatureCheck(
                                    trusted,
                                    WriterSchemas.ofRegistry(RecordCodec.properties(cluster)));
                    try (Ordering ordering =
                            new Ordering(cluster, wish.model(), clock, key, signatures)) {
                        Ordering.Planned planned = ordering.plan(planner -> plan(planner, wish));
                        return written(
                                planned, ordering.write(planned, wish.author(), wish.reason()));
                    } catch (CommandFailure refused) {
                        return new OrderDesk.Answer.Refused(refused.getMessage());
                    }
                });
    }

    private static OrderPlan plan(OrderPlanner planner, Wish wish) {
        return switch (wish.kind()) {
            case PROMOTE -> planner.promote(wish.version());
            case ROLLBACK ->
                    planner.rollback(
                            wish.version() == 0
                                    ? OptionalLong.empty()
                                    : OptionalLong.of(wish.version()));
            case FOLLOW -> planner.follow();
            case PIN -> planner.pin(wish.version());
            case UNPIN -> planner.unpin(wish.version());
        };
    }

    private static OrderDesk.Answer written(Ordering.Planned planned, OrderWriter.Written written) {
        String text = planned.plan().effect() + " (order " + written.order().getSequence() + ")";
        return new OrderDesk.Answer.Written(
                written.replacedBy()
                        .map(
                                other ->
                                        text
                                                + "; REPLACED at once by order "
                                                + other.getSequence()
                                                + " of "
                                                + other.getAuthor())
                        .orElse(text));
    }
}
