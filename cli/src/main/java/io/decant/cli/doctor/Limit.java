package io.decant.cli.doctor;

import io.decant.pipeline.monitor.WorkMeter.Doing;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which stage limits throughput or freshness now. A stage limits when it is behind and busy nearly
 * all the time: then more input cannot go through it, and what comes after it waits for it. A stage
 * that is behind, falls farther behind, and is not busy is held up by what brings its input. One
 * that is behind and gains ground catches up. <i>Immutable.</i>
 *
 * @param stage the service that limits; empty when none does
 * @param sentence what is so, in one line
 * @param knob what to turn; empty when nothing limits
 */
public record Limit(Optional<String> stage, String sentence, String knob) {
    /** Busier than this a stage has no room. */
    static final double FULL = 0.8;

    private static final String GATEWAY = "gateway";

    /**
     * Judges.
     *
     * @param loads of all processes
     * @param live by model, the version that gateways are to serve
     */
    public static Limit of(List<StageLoad> loads, Map<String, Long> live) {
        Optional<StageLoad> paused = loads.stream().filter(StageLoad::paused).findFirst();
        if (paused.isPresent()) {
            String service = paused.get().service();
            return new Limit(
                    Optional.of(service),
                    "the " + service + " is paused",
                    "decant resume " + service);
        }
        return loads.stream()
                .filter(load -> !load.service().equals(GATEWAY))
                .filter(load -> load.behind() && (load.busy() >= FULL || load.losesGround()))
                .max(Comparator.comparingDouble(StageLoad::lagSeconds))
                .map(Limit::throughput)
                .or(
                        () ->
                                slowestGateway(loads, live)
                                        .map(load -> freshness(load, live.get(load.model()))))
                .orElseGet(() -> none(loads));
    }

    private static Optional<StageLoad> slowestGateway(
            List<StageLoad> loads, Map<String, Long> live) {
        return loads.stream()
                .filter(load -> load.service().equals(GATEWAY))
                .filter(load -> load.busy() >= FULL)
                .filter(load -> load.served() < live.getOrDefault(load.model(), 0L))
                .min(Comparator.comparingLong(StageLoad::served));
    }

    private static Limit throughput(StageLoad load) {
        return new Limit(
                Optional.of(load.service()),
                String.format(
                        Locale.ROOT,
                        "the %s limits throughput: busy %.0f %% of the time, %s, it takes %,.0f records a second at most, and %,.0f wait (%.1f s)",
                        load.service(),
                        100 * load.busy(),
                        words(load),
                        load.capacity(),
                        load.lag(),
                        load.lagSeconds()),
                knob(load));
    }

    private static Limit freshness(StageLoad load, long live) {
        return new Limit(
                Optional.of(GATEWAY),
                String.format(
                        Locale.ROOT,
                        "gateway %s limits freshness: busy %.0f %% of the time, %s, it serves version %d while %d is live",
                        load.instance(),
                        100 * load.busy(),
                        words(load),
                        load.served(),
                        live),
                knob(load));
    }

    private static Limit none(List<StageLoad> loads) {
        Optional<StageLoad> catchingUp =
                loads.stream()
                        .filter(load -> load.behind() && load.grown() < 0)
                        .max(Comparator.comparingDouble(StageLoad::lagSeconds));
        if (catchingUp.isPresent()) {
            StageLoad load = catchingUp.get();
            return new Limit(
                    Optional.empty(),
                    String.format(
                            Locale.ROOT,
                            "nothing is limiting: the %s catches up, %,.0f records wait, %,.0f fewer than before",
                            load.service(),
                            load.lag(),
                            -load.grown()),
                    "");
        }
        return loads.stream()
                .max(Comparator.comparingDouble(StageLoad::busy))
                .map(
                        busiest ->
                                String.format(
                                        Locale.ROOT,
                                        "nothing is limiting: the busiest stage, the %s, is busy %.0f %% of the time",
                                        busiest.service(),
                                        100 * busiest.busy()))
                .map(sentence -> new Limit(Optional.empty(), sentence, ""))
                .orElseGet(
                        () ->
                                new Limit(
                                        Optional.empty(),
                                        "no service has written its load for long enough; are services running, with monitor.enabled?",
                                        ""));
    }

    private static String words(StageLoad load) {
        if (load.busy() < FULL) {
            return "its input comes too slowly";
        }
        return "mostly "
                + switch (load.mostly()) {
                    case FETCH -> "fetching";
                    case WAIT_OUTPUT -> "waiting for commits";
                    case REST -> "resting as it is told to";
                    default -> "working";
                };
    }

    private static String knob(StageLoad load) {
        if (load.busy() < FULL && !load.service().equals(GATEWAY)) {
            return "look at the network between it and the brokers, and at cluster.kafka (fetch.max.bytes, max.partition.fetch.bytes, quotas of its client ids)";
        }
        return switch (load.service()) {
            case "teacher" -> teacher(load.mostly());
            case "joiner" -> joiner(load.mostly());
            case "trainer" -> trainer(load.mostly());
            default -> gateway(load.mostly());
        };
    }

    private static String teacher(Doing mostly) {
        return switch (mostly) {
            case REST -> "raise device-share, or start another teacher process with another slot";
            case WAIT_OUTPUT ->
                    "raise commit.interval, and look at the broker's disks and its network";
            default ->
                    "start another teacher process with another slot (as many as samples has partitions), raise batch.size, or ask about fewer samples (budget.policy, budget.share)";
        };
    }

    private static String joiner(Doing mostly) {
        return mostly == Doing.WAIT_OUTPUT
                ? "raise commit-interval, and look at the broker's disks and its network"
                : "raise threads or start another joiner (as many in all as samples has partitions); where cache_misses grows, raise sample-cache-bytes and fetch-samples";
    }

    private static String trainer(Doing mostly) {
        return mostly == Doing.WAIT_OUTPUT
                ? "publish more seldom: raise publish.interval and publish.pairs"
                : "make a step cheaper: a smaller model, shadow: false, rehearsal.capacity: 0, or device: cuda:0 for a large one; a model has one trainer at a time";
    }

    private static String gateway(Doing mostly) {
        return mostly == Doing.FETCH
                ? "give its link more (reload.max-bytes-per-second), or send less: publish more seldom (publish.interval), or smaller deltas (checkpoint.delta-share)"
                : "publish more seldom (publish.interval), or give the gateway more processor";
    }
}
