package io.decant.cli.scenario;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All scenarios. <i>Thread-safe: all methods are pure.</i> */
public final class Scenarios {
    private static final List<Scenario> ALL =
            List.of(
                    new Stationary(),
                    new ZeroLabels(),
                    new FewLabels(),
                    new LateLabels(),
                    new NoisyLabels(),
                    new ClassIncremental(),
                    new DriftScenario(),
                    new StaleTeacher(),
                    new PoisonedTeacher(),
                    new TeacherOutage(),
                    new Budget(),
                    new OmittedClass(),
                    new SkewedPrior());

    private Scenarios() {}

    /** What each is about, by name, in the order of showing. */
    public static Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        ALL.forEach(scenario -> about.put(scenario.name(), scenario.about()));
        return about;
    }

    /**
     * One of them.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    static Scenario named(String name) {
        Optional<Scenario> found =
                ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
        return found.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                "there is no scenario '"
                                        + name
                                        + "'; expected one of "
                                        + about().keySet()));
    }
}
