package io.decant.it.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * What makes one stage of a pipeline too slow for its stream, by means that happen to operators.
 *
 * @param stage the service that the doctor must name; empty for a control, which has room
 *     everywhere
 * @param settings of the services, that make it so
 * @param labelDelay samples between a sample and its label
 * @param teacherWidth hidden units of the teacher's two layers
 */
record Bottleneck(
        String stage, String what, List<String> settings, int labelDelay, int teacherWidth) {
    private static final int LIGHT = 64;

    /** Controls first, then so many draws. */
    static List<Bottleneck> drawn(long seed, int controls, int draws) {
        Random random = new Random(seed);
        List<Bottleneck> all = new ArrayList<>();
        for (int i = 0; i < controls; i++) {
            all.add(new Bottleneck("", "room everywhere", List.of(), 0, LIGHT));
        }
        for (int i = 0; i < draws; i++) {
            all.add(drawn(random));
        }
        return all;
    }

    private static Bottleneck drawn(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> {
                int width = 5000 + 500 * random.nextInt(5);
                yield new Bottleneck("teacher", "a teacher of width " + width, List.of(), 0, width);
            }
            case 1 ->
                    new Bottleneck(
                            "joiner",
                            "late labels, and features that are fetched one by one",
                            List.of("joiner.sample-cache-bytes=0", "joiner.fetch-samples=1"),
                            1000 + random.nextInt(2000),
                            LIGHT);
            case 2 -> {
                int width = 1400 + 200 * random.nextInt(4);
                yield new Bottleneck(
                        "trainer",
                        "a student of width " + width,
                        List.of(
                                "trainer.model.dims=784," + width + "," + width + ",10",
                                "trainer.publish.interval=20s"),
                        0,
                        LIGHT);
            }
            case 3 -> {
                int pairs = 5 + random.nextInt(10);
                yield new Bottleneck(
                        "trainer",
                        "a version every " + pairs + " pairs",
                        List.of("trainer.publish.pairs=" + pairs),
                        0,
                        LIGHT);
            }
            default -> {
                int bytes = 1500 + 500 * random.nextInt(4);
                yield new Bottleneck(
                        "gateway",
                        "a link of " + bytes + " bytes a second",
                        List.of("gateway.reload.max-bytes-per-second=" + bytes),
                        0,
                        LIGHT);
            }
        };
    }

    @Override
    public String toString() {
        return (stage.isEmpty() ? "control" : stage) + ": " + what;
    }
}
