package io.decant.cli;

import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.OrderPlan;
import io.decant.cli.models.OrderWriter;
import io.decant.cli.models.RegisterReader;
import io.decant.cli.models.ServiceOrders;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.SigningKey;
import io.decant.records.Control;
import io.decant.records.Order;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What pausing and resuming a service share. <i>Owned by the main thread.</i> */
final class PauseOptions {
    @Parameters(
            paramLabel = "SERVICE",
            description = "teacher, joiner, trainer or gateway; all of its processes are meant.")
    private String service;

    @Mixin private ClusterOptions cluster;

    @Mixin private AuthorOptions signed;

    @Mixin private Printing printing;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "Private key to sign the order with; services with pause.signatures: require must trust it.")
    private Path key;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Writes an order, unless it stands already.
     *
     * @return the exit code: 1 when another order has taken its place
     */
    int order(Order wish) throws InterruptedException {
        signed.check();
        if (!ServiceOrders.SERVICES.contains(service)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "SERVICE must be one of "
                            + String.join(", ", ServiceOrders.SERVICES)
                            + ", was '"
                            + service
                            + "'");
        }
        InstantSource clock = InstantSource.system();
        Optional<SigningKey> signingKey = Optional.ofNullable(key).map(SigningKey::read);
        ClusterSettings where = cluster.cluster();
        try (RegisterReader reader =
                        new RegisterReader(where, service, clock, HistoryOptions.PATIENCE);
                OrderWriter writer = new OrderWriter(where, reader, clock, signingKey)) {
            ModelRegister register = reader.ordersAlone();
            Optional<OrderPlan.Write> plan = ServiceOrders.plan(register, wish);
            return plan.isEmpty()
                    ? standing(ServiceOrders.pause(register).orElseThrow())
                    : written(
                            plan.get(),
                            writer.write(register, plan.get(), signed.author(), signed.reason()));
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    private int standing(Control order) {
        print("nothing was ordered: the " + service + " is " + paused(order), order, false);
        return 0;
    }

    private int written(OrderPlan.Write plan, OrderWriter.Written written) {
        Control order = written.order();
        print(
                plan.effect()
                        + "; order "
                        + order.getSequence()
                        + (order.getSignatureKeyId().isEmpty()
                                ? " (not signed)"
                                : " (signed with key " + order.getSignatureKeyId() + ")")
                        + written.replacedBy()
                                .map(other -> "; REPLACED at once by one of " + other.getAuthor())
                                .orElse(""),
                order,
                true);
        return written.replacedBy().isPresent() ? 1 : 0;
    }

    /** One line on a pause. */
    static String paused(Control order) {
        return "paused by "
                + order.getAuthor()
                + " since "
                + Shown.time(Instant.ofEpochMilli(order.getIssuedAtMillis()))
                + ": "
                + order.getReason();
    }

    private void print(String text, Control order, boolean ordered) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("service", service);
        json.put("order", order.getOrder().name());
        json.put("ordered", ordered);
        json.put("sequence", order.getSequence());
        json.put("author", order.getAuthor());
        json.put("reason", order.getReason());
        json.put("keyId", order.getSignatureKeyId());
        printing.print(text + System.lineSeparator(), json);
    }
}
