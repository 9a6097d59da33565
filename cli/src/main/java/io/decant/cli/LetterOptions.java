package io.decant.cli;

import io.decant.cli.deadletters.LetterFilter;
import io.decant.records.DeadLetterReason;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which dead letters a command is about. <i>Owned by the main thread.</i> */
final class LetterOptions {
    /** Above the transaction timeout: an open transaction of a killed service is waited for. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    @Option(
            names = "--with-reason",
            paramLabel = "REASON",
            description = "Only letters with this reason: ${COMPLETION-CANDIDATES}.")
    private DeadLetterReason reason;

    @Option(
            names = "--stage",
            paramLabel = "NAME",
            description = "Only what this stage refused, for example teacher, join or trainer.")
    private String stage;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "Only records of this topic, with or without the prefix.")
    private String topic;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only letters from then on: a time such as 2026-11-22T08:00:00Z, or an age such as PT2H.")
    private String since;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /**
     * What was asked for.
     *
     * @throws CommandLine.ParameterException when the time is none
     */
    LetterFilter filter(Topics topics, Instant now) {
        return new LetterFilter(
                Optional.ofNullable(reason),
                Optional.ofNullable(stage),
                Optional.ofNullable(topic).map(name -> fullName(topics, name)),
                Optional.ofNullable(since).map(text -> time(text, now)));
    }

    /** What is no topic of ours stays as it is: it may be a mapped one. */
    private static String fullName(Topics topics, String name) {
        return Arrays.stream(Topic.values())
                .filter(each -> each.suffix().equals(name))
                .findFirst()
                .map(topics::name)
                .orElse(name);
    }

    private Instant time(String text, Instant now) {
        try {
            return text.startsWith("P") ? now.minus(Duration.parse(text)) : Instant.parse(text);
        } catch (DateTimeException malformed) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--since must be a time such as 2026-11-22T08:00:00Z or an age such as PT2H, was '"
                            + text
                            + "'",
                    malformed);
        }
    }
}
