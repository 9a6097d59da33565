package io.decant.cli;

import io.decant.cli.feed.Feed;
import io.decant.cli.feed.FeedPlan;
import io.decant.cli.feed.SampleProducer;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.topics.StartupCheck;
import io.decant.topics.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends a dataset to a cluster. */
@Command(
        name = "feed",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Sends a dataset (IDX, CSV, JSON lines) as samples and labels to any cluster, at a rate.",
        footer = {
            "",
            "Example: decant feed --csv train.csv --features 1:785 --label 0 --dtype u8 --shape 28,28 --rate 500 --bootstrap localhost:9092"
        })
final class FeedCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Mixin private ClusterOptions options;
    @Mixin private FeedInput input;

    @Option(
            names = "--rate",
            paramLabel = "N|max",
            defaultValue = "max",
            description = "Samples a second; default: ${DEFAULT-VALUE}.")
    private String rate;

    @Option(
            names = "--run",
            paramLabel = "NAME",
            description =
                    "What ids begin with: a row without an id of its own is <run>-<index>; default: feed and the time.")
    private String run;

    @Option(
            names = "--from",
            paramLabel = "N",
            defaultValue = "0",
            description = "Index of the first row to send, from 0: to go on where a feed ended.")
    private long from;

    @Option(
            names = "--samples",
            paramLabel = "N",
            description = "Greatest number of rows to send; default: all.")
    private Long samples;

    @Option(
            names = "--label-delay",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "A label is sent so many samples after its own; default: ${DEFAULT-VALUE}.")
    private int labelDelay;

    @Option(names = "--no-labels", description = "Sends samples alone.")
    private boolean noLabels;

    @Option(
            names = "--label-source",
            paramLabel = "NAME",
            defaultValue = "dataset",
            description = "Who says so, as labels are marked; default: ${DEFAULT-VALUE}.")
    private String labelSource;

    /** What becomes of a row that cannot be sent. */
    enum BadRows {
        STOP,
        SKIP
    }

    @Option(
            names = "--bad-rows",
            paramLabel = "stop|skip",
            defaultValue = "stop",
            description = "What becomes of a row that cannot be used; default: ${DEFAULT-VALUE}.")
    private BadRows badRows;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try (FeedInput.Opened opened = input.open(spec, System.in)) {
            FeedPlan plan = plan(opened.firstIndex());
            ClusterSettings cluster = options.cluster();
            out.println(opened.description());
            out.println("run " + plan.run() + ", from row " + plan.from());
            out.flush();
            StartupCheck.verify("feed", cluster, List.of(Topic.SAMPLES, Topic.LABELS), PATIENCE);
            return feed(cluster, plan, opened, out);
        }
    }

    private int feed(
            ClusterSettings cluster, FeedPlan plan, FeedInput.Opened opened, PrintWriter out) {
        FeedProgress progress = new FeedProgress(out, spec.commandLine().getErr());
        Feed.Result result;
        try (SampleProducer producer = new SampleProducer(cluster, "decant-feed")) {
            result =
                    new Feed(
                                    plan,
                                    opened.rows(),
                                    opened.mapping(),
                                    producer,
                                    InstantSource.system(),
                                    progress)
                            .run();
        }
        String sent =
                String.format(
                        Locale.ROOT,
                        "%,d samples and %,d labels of %s are in the cluster",
                        result.samples(),
                        result.labels(),
                        plan.run());
        if (result.stopped().isPresent()) {
            throw new CommandFailure(
                    result.stopped().get()
                            + "\n"
                            + sent
                            + "; when it is mended go on with --run "
                            + plan.run()
                            + " --from "
                            + result.next());
        }
        out.printf(
                Locale.ROOT,
                "%s (%,.0f samples/s)%s%n",
                sent,
                result.samples() / progress.seconds(),
                result.skipped() == 0
                        ? ""
                        : String.format(Locale.ROOT, "; %,d bad rows left out", result.skipped()));
        out.flush();
        return 0;
    }

    private FeedPlan plan(long firstIndex) {
        if (from < 0 || samples != null && samples < 0 || labelDelay < 0) {
            throw wrong("--from, --samples and --label-delay must be at least 0");
        }
        return new FeedPlan(
                Optional.ofNullable(run).orElseGet(FeedCommand::nameOfNow),
                firstIndex,
                Math.max(from, firstIndex),
                samples == null ? Long.MAX_VALUE : samples,
                labelDelay,
                !noLabels,
                labelSource,
                badRows == BadRows.SKIP,
                rate());
    }

    private OptionalDouble rate() {
        if (rate.equals("max")) {
            return OptionalDouble.empty();
        }
        try {
            double perSecond = Double.parseDouble(rate);
            if (perSecond > 0 && Double.isFinite(perSecond)) {
                return OptionalDouble.of(perSecond);
            }
        } catch (NumberFormatException noNumber) {
            // Told below with the same sentence.
        }
        throw wrong("--rate must be a number of samples a second above 0, or max, was " + rate);
    }

    private static String nameOfNow() {
        return "feed-"
                + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                        .withZone(ZoneOffset.UTC)
                        .format(InstantSource.system().instant());
    }

    private ParameterException wrong(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }
}
