package io.decant.cli;

import io.decant.cli.doctor.ClusterLook;
import io.decant.cli.doctor.Finding;
import io.decant.cli.doctor.Limit;
import io.decant.cli.doctor.MachineLook;
import io.decant.cli.doctor.RecentPoints;
import io.decant.cli.doctor.ServiceLook;
import io.decant.cli.doctor.StageLoad;
import io.decant.cli.models.ModelRegister;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.records.MetricPoint;
import io.decant.topics.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code decant doctor}. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Looks at brokers, registry, topics, access, groups, services, clocks, disks, this machine and keys,",
            "and says in one line which stage limits throughput or freshness now, and what to turn.",
            "Fails when something is in trouble."
        },
        footer = {"", "Example: decant doctor --bootstrap localhost:9092"})
final class DoctorCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final InstantSource CLOCK = InstantSource.system();

    @Mixin private ClusterOptions place;

    @Mixin private Printing printing;

    @Option(
            names = "--window",
            paramLabel = "SECONDS",
            defaultValue = "15",
            description =
                    "What the services wrote within so many seconds is judged; default: ${DEFAULT-VALUE}.")
    private int window;

    @Option(
            names = "--no-machine",
            description = "Do not load the engine on this machine: nothing of Decant's runs here.")
    private boolean noMachine;

    @Override
    public Integer call() {
        if (window < 2 * StageLoad.SHORTEST_SECONDS) {
            throw new CommandFailure(
                    "--window must be at least "
                            + (int) (2 * StageLoad.SHORTEST_SECONDS)
                            + " seconds, was "
                            + window
                            + ": counters of a shorter time say little");
        }
        ClusterSettings cluster = place.cluster();
        List<Finding> findings = new ArrayList<>();
        List<StageLoad> loads = List.of();
        Limit limit;
        try {
            contract(cluster, findings);
            try (Admin admin = new Clients(cluster).admin("cli-doctor")) {
                findings.addAll(new ClusterLook(admin, cluster).findings());
            }
            Duration time = Duration.ofSeconds(window);
            List<MetricPoint> points = RecentPoints.read(cluster, time, CLOCK);
            loads = StageLoad.of(points);
            findings.addAll(ServiceLook.findings(points, loads, time, CLOCK.millis()));
            limit = Limit.of(loads, models(cluster, loads, findings));
        } catch (KafkaException unanswered) {
            findings.add(
                    Finding.trouble(
                            "brokers", "the cluster does not answer: " + unanswered.getMessage()));
            limit = Limit.of(loads, Map.of());
        }
        if (!noMachine) {
            findings.addAll(MachineLook.findings());
        }
        printing.print(text(findings, loads, limit), json(findings, loads, limit));
        return findings.stream().anyMatch(each -> each.grade() == Finding.Grade.TROUBLE) ? 1 : 0;
    }

    private static void contract(ClusterSettings cluster, List<Finding> findings) {
        try {
            StartupCheck.verify("doctor", cluster, Arrays.asList(Topic.values()), PATIENCE);
            findings.add(Finding.ok("schemas", "the registry takes those of this release"));
        } catch (ConfigurationException wrong) {
            wrong.problems()
                    .forEach(problem -> findings.add(Finding.trouble("start-up check", problem)));
        }
    }

    /** Keys of all models that are trained or served; returns what gateways are to serve. */
    private static Map<String, Long> models(
            ClusterSettings cluster, List<StageLoad> loads, List<Finding> findings) {
        TreeSet<String> names = new TreeSet<>();
        loads.stream()
                .filter(
                        load ->
                                load.service().equals("trainer")
                                        || load.service().equals("gateway"))
                .forEach(load -> names.add(load.model()));
        Map<String, Long> live = new TreeMap<>();
        for (String name : names) {
            ModelRegister register = RegisterOptions.read(cluster, name);
            if (register.versions().isEmpty()) {
                findings.add(Finding.note("keys", "model " + name + " has no version yet"));
                continue;
            }
            findings.add(
                    register.signer()
                            .map(key -> Finding.ok("keys", name + " is signed with key " + key))
                            .orElseGet(
                                    () ->
                                            Finding.note(
                                                    "keys",
                                                    "the versions of "
                                                            + name
                                                            + " are not signed: whoever can write model-registry decides what gateways serve (signing.key)")));
            register.wanted().ifPresent(version -> live.put(name, version));
        }
        return live;
    }

    private static String text(List<Finding> findings, List<StageLoad> loads, Limit limit) {
        StringBuilder text = new StringBuilder();
        TextTable looks = new TextTable("", "about", "finding");
        findings.forEach(
                each ->
                        looks.row(
                                each.grade() == Finding.Grade.OK ? "ok" : each.grade().name(),
                                each.about(),
                                each.sentence()));
        text.append(looks).append(System.lineSeparator());
        if (!loads.isEmpty()) {
            text.append(table(loads)).append(System.lineSeparator());
        }
        text.append("  ").append(limit.sentence()).append(System.lineSeparator());
        if (!limit.knob().isEmpty()) {
            text.append("  next: ").append(limit.knob()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static TextTable table(List<StageLoad> loads) {
        TextTable table =
                new TextTable(
                        "service", "process", "load/s", "capacity/s", "busy", "waiting", "age");
        for (StageLoad load : loads) {
            table.row(
                    load.service(),
                    load.instance(),
                    Shown.count(Math.round(load.rate())),
                    Double.isNaN(load.capacity()) ? "-" : Shown.count(Math.round(load.capacity())),
                    String.format(Locale.ROOT, "%.0f %%", 100 * load.busy()),
                    Shown.count((long) load.lag()),
                    String.format(Locale.ROOT, "%.1f s", load.lagSeconds()));
        }
        return table;
    }

    private static Map<String, Object> json(
            List<Finding> findings, List<StageLoad> loads, Limit limit) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("limit", limit.stage().orElse(null));
        json.put("sentence", limit.sentence());
        json.put("knob", limit.knob());
        json.put("findings", findings);
        json.put("loads", loads);
        return json;
    }
}
