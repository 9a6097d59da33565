package io.decant.cli;

import io.decant.cli.models.GatewayAnswers;
import io.decant.cli.models.ModelRegister;
import io.decant.cli.models.OrderPlan;
import io.decant.cli.models.OrderPlanner;
import io.decant.cli.models.OrderWriter;
import io.decant.cli.models.RegisterReader;
import io.decant.cli.models.VersionCheck;
import io.decant.model.forward.InstalledStudents;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.SigningKey;
import io.decant.records.Control;
import io.decant.records.Order;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongPredicate;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What commands that give an order share: the flags, the checks before it, the order itself, and
 * how gateways take it. <i>Owned by the main thread.</i>
 */
final class OrderOptions {
    @Mixin private ClusterOptions cluster;

    @Mixin private TrustOptions trust;

    @Mixin private Printing printing;

    @Option(
            names = "--model",
            paramLabel = "NAME",
            defaultValue = "student",
            description = "The model; default: ${DEFAULT-VALUE}.")
    private String model;

    @Mixin private AuthorOptions signed;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "Private key to sign the order with; gateways must trust it.")
    private Path key;

    @Option(
            names = "--unsigned",
            description = "Write an unsigned order although the model's versions are signed.")
    private boolean unsigned;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description =
                    "Longest wait for gateways to follow, 0 for none; default: ${DEFAULT-VALUE}.")
    private int waitSeconds;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * Plans, checks and writes an order, and tells how gateways take it.
     *
     * @return the exit code: 1 when another order has taken its place or a gateway refuses
     * @throws CommandFailure when there is nothing to order, or the version does not verify
     */
    int give(Function<OrderPlanner, OrderPlan> wish) throws InterruptedException {
        signed.check();
        if (waitSeconds < 0) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--wait must be at least 0 seconds, was " + waitSeconds);
        }
        InstantSource clock = InstantSource.system();
        Optional<SigningKey> signingKey = Optional.ofNullable(key).map(SigningKey::read);
        ClusterSettings where = cluster.cluster();
        try (RegisterReader reader =
                        new RegisterReader(where, model, clock, HistoryOptions.PATIENCE);
                OrderWriter writer = new OrderWriter(where, reader, clock, signingKey)) {
            ModelRegister register = reader.read();
            OrderPlan wished = wish.apply(new OrderPlanner(register));
            if (wished instanceof OrderPlan.Refused refused) {
                throw new CommandFailure(refused.reason());
            }
            OrderPlan.Write plan = (OrderPlan.Write) wished;
            requireSignature(register);
            verify(reader, register, where, plan.version());
            OrderWriter.Written written =
                    writer.write(register, plan, signed.author(), signed.reason());
            return report(plan, written, answers(reader, register, plan, written));
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    private void requireSignature(ModelRegister register) {
        if (key == null && !unsigned && register.signer().isPresent()) {
            throw new CommandFailure(
                    "the versions of model '"
                            + model
                            + "' are signed with key "
                            + register.signer().get()
                            + ", so gateways are likely to require signed orders; give --key FILE, or --unsigned if they accept others");
        }
    }

    private void verify(
            RegisterReader reader, ModelRegister register, ClusterSettings where, long version) {
        if (version != ModelRegister.NONE
                && RegisterOptions.check(
                                        reader,
                                        register,
                                        trust.check(where),
                                        InstalledStudents.none())
                                .check(version)
                        instanceof VersionCheck.Finding.Wrong wrong) {
            throw new CommandFailure(
                    "nothing was ordered: version "
                            + version
                            + " does not verify: "
                            + wrong.reason());
        }
    }

    private Optional<GatewayAnswers> answers(
            RegisterReader reader,
            ModelRegister before,
            OrderPlan.Write plan,
            OrderWriter.Written written) {
        if (plan.order() != Order.OVERRIDE || written.replacedBy().isPresent()) {
            return Optional.empty();
        }
        long version =
                plan.version() == ModelRegister.NONE
                        ? before.liveVersion().orElse(ModelRegister.NONE)
                        : plan.version();
        // Who follows @live may be further than it was a moment ago.
        long left = before.overridden().orElse(ModelRegister.NONE);
        LongPredicate fulfils =
                plan.version() == ModelRegister.NONE
                        ? served -> served == version || served != left
                        : served -> served == version;
        long since = written.order().getIssuedAtMillis();
        return Optional.of(
                GatewayAnswers.of(
                        reader.awaitGateways(
                                reports ->
                                        GatewayAnswers.of(reports, fulfils, version, since)
                                                .isComplete(),
                                Duration.ofSeconds(waitSeconds)),
                        fulfils,
                        version,
                        since));
    }

    private int report(
            OrderPlan.Write plan, OrderWriter.Written written, Optional<GatewayAnswers> answers) {
        Control order = written.order();
        List<String> lines = new ArrayList<>();
        lines.add(plan.effect());
        lines.add(
                "order "
                        + order.getSequence()
                        + " by "
                        + order.getAuthor()
                        + ": "
                        + order.getReason()
                        + (order.getSignatureKeyId().isEmpty()
                                ? " (not signed)"
                                : " (signed with key " + order.getSignatureKeyId() + ")"));
        written.overtaken()
                .ifPresent(other -> lines.add("it replaces " + named(other) + ", of this moment"));
        written.replacedBy().ifPresent(other -> lines.add("REPLACED at once by " + named(other)));
        answers.ifPresent(known -> lines.addAll(known.lines()));
        if (answers.isPresent() && answers.get().lines().isEmpty()) {
            lines.add("no gateway has reported yet");
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", model);
        json.put("order", order.getOrder().name());
        json.put("version", order.getVersion());
        json.put("sequence", order.getSequence());
        json.put("author", order.getAuthor());
        json.put("reason", order.getReason());
        json.put("keyId", order.getSignatureKeyId());
        json.put("replacedBy", written.replacedBy().map(OrderOptions::named).orElse(null));
        json.put("serving", answers.map(GatewayAnswers::following).orElse(Map.of()));
        json.put("refusing", answers.map(GatewayAnswers::refusing).orElse(Map.of()));
        json.put("waiting", answers.map(GatewayAnswers::others).orElse(Map.of()));
        printing.print(String.join(System.lineSeparator(), lines) + System.lineSeparator(), json);
        boolean refused = answers.map(known -> !known.refusing().isEmpty()).orElse(false);
        return refused || written.replacedBy().isPresent() ? 1 : 0;
    }

    private static String named(Control order) {
        return "order "
                + order.getSequence()
                + " by "
                + order.getAuthor()
                + " for version "
                + order.getVersion()
                + ": "
                + order.getReason();
    }
}
