package io.decant.cli;

import io.decant.cli.topics.Differences;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.topics.GroupState;
import io.decant.pipeline.topics.TopicState;
import io.decant.pipeline.topics.TopicSurvey;
import io.decant.topics.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code decant topics describe}. */
@Command(
        name = "describe",
        mixinStandardHelpOptions = true,
        description =
                "Shows the topics, how they differ from what Decant expects, and how far the services have read them. Fails when services would refuse a topic.",
        footer = {"", "Example: decant topics describe --bootstrap localhost:9092"})
final class TopicsDescribeCommand implements Callable<Integer> {
    @Mixin private PlaceOptions place;

    @Mixin private Printing printing;

    @Override
    public Integer call() {
        try (PlaceOptions.Place opened = place.open();
                Admin admin = new Clients(opened.cluster()).admin("cli-topics-describe")) {
            Topics topics = opened.cluster().topics();
            TopicSurvey survey = new TopicSurvey(admin, topics);
            Map<TopicState, Differences> states = new LinkedHashMap<>();
            survey.topics().forEach(state -> states.put(state, Differences.of(topics, state)));
            List<GroupState> groups = survey.groups();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("topics", topicFacts(states));
            json.put("groups", groupFacts(groups));
            printing.print(text(states, groups), json);
            return states.values().stream().allMatch(each -> each.refused().isEmpty()) ? 0 : 1;
        } catch (KafkaException unanswered) {
            throw new CommandFailure(
                    "the cluster does not answer: " + unanswered.getMessage(), unanswered);
        }
    }

    private static String text(Map<TopicState, Differences> states, List<GroupState> groups) {
        TextTable topics =
                new TextTable("topic", "partitions", "copies", "cleanup", "offsets", "as expected");
        states.forEach(
                (state, differences) ->
                        state.present()
                                .ifPresentOrElse(
                                        present ->
                                                topics.row(
                                                        state.name(),
                                                        Integer.toString(present.extents().size()),
                                                        Integer.toString(present.copies()),
                                                        present.settings().get("cleanup.policy"),
                                                        Shown.count(offsets(present)),
                                                        differences.all().isEmpty() ? "yes" : "NO"),
                                        () ->
                                                topics.row(
                                                        state.name(),
                                                        "-",
                                                        "-",
                                                        "-",
                                                        "-",
                                                        "MISSING")));
        String said =
                states.values().stream()
                        .flatMap(differences -> differences.all().stream())
                        .map(sentence -> sentence + System.lineSeparator())
                        .collect(Collectors.joining());
        return topics
                + (said.isEmpty() ? "" : System.lineSeparator() + said)
                + (groups.isEmpty() ? "" : System.lineSeparator() + table(groups));
    }

    private static long offsets(TopicState.Present present) {
        return present.extents().stream().mapToLong(TopicState.Extent::offsets).sum();
    }

    private static TextTable table(List<GroupState> groups) {
        TextTable table = new TextTable("group", "state", "members", "reads", "lag");
        for (GroupState group : groups) {
            Map<String, Long> lags = lags(group);
            if (lags.isEmpty()) {
                table.row(
                        group.name(),
                        group.state(),
                        Integer.toString(group.members()),
                        "nothing committed",
                        "-");
            }
            lags.forEach(
                    (topic, lag) ->
                            table.row(
                                    group.name(),
                                    group.state(),
                                    Integer.toString(group.members()),
                                    topic,
                                    Shown.count(lag)));
        }
        return table;
    }

    private static Map<String, Long> lags(GroupState group) {
        return group.positions().stream()
                .collect(
                        Collectors.groupingBy(
                                GroupState.Position::topic,
                                TreeMap::new,
                                Collectors.summingLong(GroupState.Position::lag)));
    }

    private static List<Map<String, Object>> topicFacts(Map<TopicState, Differences> states) {
        List<Map<String, Object>> all = new ArrayList<>();
        states.forEach(
                (state, differences) -> {
                    Map<String, Object> facts = new LinkedHashMap<>();
                    facts.put("name", state.name());
                    facts.put("exists", state.present().isPresent());
                    facts.put("id", state.present().map(TopicState.Present::id).orElse(null));
                    facts.put("copies", state.present().map(TopicState.Present::copies).orElse(0));
                    facts.put(
                            "settings",
                            state.present()
                                    .map(present -> new TreeMap<>(present.settings()))
                                    .orElseGet(TreeMap::new));
                    facts.put(
                            "partitions",
                            state.present().map(TopicState.Present::extents).orElse(List.of()));
                    facts.put(
                            "offsets",
                            state.present().map(TopicsDescribeCommand::offsets).orElse(0L));
                    facts.put("refused", differences.refused());
                    facts.put("differences", differences.others());
                    all.add(facts);
                });
        return all;
    }

    private static List<Map<String, Object>> groupFacts(List<GroupState> groups) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (GroupState group : groups) {
            Map<String, Object> facts = new LinkedHashMap<>();
            facts.put("name", group.name());
            facts.put("state", group.state());
            facts.put("members", group.members());
            facts.put("lag", lags(group));
            facts.put("positions", group.positions());
            all.add(facts);
        }
        return all;
    }
}
