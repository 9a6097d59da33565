package io.decant.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.decant.cli.ConsoleRun;
import io.decant.cli.feed.Pace;
import io.decant.cli.feed.SampleProducer;
import io.decant.console.Console;
import io.decant.console.ConsoleSettings;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Browser;
import io.decant.it.harness.ConstantTeacher;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.SharedCluster;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.records.DType;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.Tensor;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The page while many samples stream: {@code -Dconsole.minutes=10}, by hand. */
@ExtendWith(SharedCluster.class)
@EnabledIfSystemProperty(named = "console.minutes", matches = "[1-9][0-9]*")
class ConsoleLoadIT {
    private static final int SAMPLES_PER_SECOND = 5000;
    private static final int FEATURES = 64;
    private static final int LABELLED_OF = 10;
    private static final Duration LOOK = Duration.ofSeconds(30);

    /** Counts frames that are drawn, and the longest time without one. */
    private static final String WATCH =
            "window.watched = {frames: 0, longest: 0, late: 0, last: performance.now()};"
                    + "const each = now => { const gap = now - watched.last; watched.last = now; watched.frames++;"
                    + " watched.longest = Math.max(watched.longest, gap); if (gap > 100) watched.late++; requestAnimationFrame(each); };"
                    + "requestAnimationFrame(each); true";

    private static final String LOOK_AT =
            "(() => { const seen = {...watched, elements: document.querySelectorAll('*').length}; watched.frames = watched.longest = watched.late = 0; return seen; })()";

    @Test
    void thePageStaysSmoothAndItsMemoryDoesNotGrow(ClusterSettings cluster, @TempDir Path folder)
            throws Exception {
        // Given a pipeline with a console, and a page that follows
        assumeTrue(Browser.find().isPresent(), "there is no Chromium on this machine");
        long seconds = 60 * Long.getLong("console.minutes");
        try (ServiceStack stack = Pipeline.stack(cluster, services(folder));
                Console console =
                        ConsoleRun.start(
                                        cluster,
                                        Configuration.of(
                                                ConsoleSettings.class, List.of("enabled=true")),
                                        InstantSource.system())
                                .orElseThrow();
                Browser browser =
                        Browser.start(Browser.find().orElseThrow(), folder.resolve("browser"));
                SampleProducer producer = new SampleProducer(cluster, "load")) {
            stack.teacher();
            stack.joiner().running().get(60, TimeUnit.SECONDS);
            stack.trainer(PredictionListener.NONE);
            stack.gateway();
            browser.screen(1280, 900, Map.of("prefers-color-scheme", "light"));
            browser.open(console.url());
            browser.value(WATCH);

            // When samples stream
            List<Double> heaps = new ArrayList<>();
            Pace pace = new Pace(OptionalDouble.of(SAMPLES_PER_SECOND));
            long started = System.nanoTime();
            long looked = started;
            for (long sent = 0; sent < seconds * SAMPLES_PER_SECOND; sent++) {
                long early = pace.nanosUntilDue(System.nanoTime());
                if (early > 0) {
                    LockSupport.parkNanos(early);
                }
                send(producer, sent);
                pace.take();
                if (System.nanoTime() - looked > LOOK.toNanos()) {
                    looked = System.nanoTime();
                    heaps.add(look(browser, sent / ((looked - started) / 1e9)));
                }
            }

            // Then at the end of the run the page holds no more than a third of the way into it
            assertThat(heaps.get(heaps.size() - 1))
                    .as("heaps in MB: " + heaps)
                    .isLessThan(1.5 * heaps.get(heaps.size() / 3));
            assertThat(stack.failure()).isEmpty();
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static List<String> services(Path folder) {
        return List.of(
                "teacher.teacher.file=" + ConstantTeacher.write(folder, "u8", FEATURES, 1),
                "joiner.state-dir=" + folder.resolve("join-state"),
                "trainer.model.name=student",
                "trainer.model.dims=" + FEATURES + ",32,2",
                "trainer.model.input.dtype=u8",
                "trainer.model.input.shape=" + FEATURES,
                "trainer.publish.interval=1s",
                "gateway.model=student",
                "gateway.http.port=0",
                "gateway.data-dir=" + folder.resolve("gateway"));
    }

    private static void send(SampleProducer producer, long number) {
        String id = "load-" + number;
        long now = System.currentTimeMillis();
        byte[] features = new byte[FEATURES];
        features[(int) (number % FEATURES)] = 1;
        Tensor tensor = new Tensor(DType.U8, List.of(FEATURES), ByteBuffer.wrap(features));
        producer.send(new Sample(id, tensor, now, Map.of()), now, (sent, failure) -> {});
        if (number % LABELLED_OF == 0) {
            producer.send(
                    new Label(id, (int) (number / LABELLED_OF % 2), null, "load", now),
                    now,
                    (sent, failure) -> {});
        }
    }

    /** Writes down how the page is doing; returns its heap after a collection, MB. */
    private static double look(Browser browser, double samplesPerSecond) throws Exception {
        browser.send("HeapProfiler.collectGarbage", Map.of());
        double heap = browser.value("performance.memory.usedJSHeapSize").asDouble() / 1e6;
        JsonNode seen = browser.value(LOOK_AT);
        System.out.printf(
                Locale.ROOT,
                "console: %.0f samples/s, heap %.1f MB, %d frames, %d later than 100 ms, longest gap %.0f ms, %d elements%n",
                samplesPerSecond,
                heap,
                seen.get("frames").asInt(),
                seen.get("late").asInt(),
                seen.get("longest").asDouble(),
                seen.get("elements").asInt());
        return heap;
    }
}
