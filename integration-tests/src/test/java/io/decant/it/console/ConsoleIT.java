package io.decant.it.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.decant.cli.ConsoleRun;
import io.decant.console.Console;
import io.decant.console.ConsoleSettings;
import io.decant.dev.stack.ServiceStack;
import io.decant.it.harness.Browser;
import io.decant.it.harness.JournalProducer;
import io.decant.it.harness.Pipeline;
import io.decant.it.harness.Producing;
import io.decant.it.harness.SharedCluster;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.sign.KeyPairs;
import io.decant.records.DeadLetter;
import io.decant.records.DeadLetterReason;
import io.decant.records.Event;
import io.decant.records.Label;
import io.decant.records.MetricPoint;
import io.decant.topics.Topic;
import io.decant.trainer.learn.PredictionListener;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The console's page in a real browser, over a running trainer and gateway. */
@ExtendWith(SharedCluster.class)
class ConsoleIT {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleIT.class);
    private static final String TOKEN = "an-operator-knows-this";
    private static final Path PICTURES = Path.of("target", "console");

    /** Five times what an operator may expect: a test machine has other work. */
    private static final int FIRST_PAINT_MILLIS = 5000;

    @BeforeAll
    static void aBrowserIsThere() {
        if (Browser.find().isEmpty()) {
            LOG.warn(
                    "NOT TESTED: the console's page. There is no Chromium on the path; install one, or name it with -Ddecant.chromium=FILE");
        }
        assumeTrue(Browser.find().isPresent(), "there is no Chromium on this machine");
    }

    @Test
    void thePageShowsAStudentsLifeAndAnOperatorChangesItWithTheKeyboard(
            ClusterSettings cluster, @TempDir Path folder) throws Exception {
        // Given a trainer with versions, a gateway that believes the operator, a dead letter and
        // a drift
        KeyPairs.Made trainer = KeyPairs.generate(folder, "trainer");
        KeyPairs.Made operator = KeyPairs.generate(folder, "operator");
        try (JournalProducer journal = new JournalProducer(cluster, 11);
                ServiceStack stack = Pipeline.stack(cluster, services(folder, trainer, operator));
                Console console = console(cluster, folder, operator);
                Browser browser =
                        Browser.start(Browser.find().orElseThrow(), folder.resolve("browser"))) {
            journal.produce(300);
            stack.trainer(PredictionListener.NONE);
            stack.gateway();
            Pipeline.awaitVersion(cluster, "student", 8);
            aLetterAndADrift(cluster);

            // When the page is opened
            browser.screen(1280, 900, Map.of("prefers-color-scheme", "light"));
            browser.open(console.url());

            // Then it is painted at once and shows what there is
            browser.await(
                    "document.querySelector('#figure-live')?.textContent.match(/version \\d/)");
            browser.await("document.querySelector('#figure-student')?.textContent.includes('%')");
            browser.await("document.querySelector('#flow')?.textContent.includes('1 of 1')");
            double painted =
                    browser.value(
                                    "performance.getEntriesByName('first-contentful-paint')[0].startTime")
                            .asDouble();
            System.out.printf(Locale.ROOT, "console: first paint after %.0f ms%n", painted);
            assertThat(painted).isLessThan(FIRST_PAINT_MILLIS);
            accessible(browser, "learning");

            // When the arrow key moves to the next tab, then versions and their lineage are there
            browser.value("document.querySelector('#tab-learning').focus()");
            browser.press("ArrowRight");
            browser.await("document.querySelectorAll('#versions tbody tr').length >= 8");
            browser.value("document.querySelector('#versions button.link').click()");
            browser.await("document.querySelector('#detail')?.textContent.includes('Lineage')");
            browser.await(
                    "document.querySelector('#detail')?.textContent.includes('For each class')");
            accessible(browser, "version");
            browser.press("Escape");
            browser.await("!document.querySelector('#detail').open");

            // When an operator promotes version 3 with a wrong token, then nothing happens; with
            // the right one the gateway serves it
            promote(browser, "a-guessed-token-it-is");
            browser.await("document.querySelector('#detail .care')?.textContent.includes('token')");
            promote(browser, TOKEN);
            browser.await(
                    "document.querySelector('#detail .good')?.textContent.includes('version 3')");
            browser.press("Escape");
            browser.await("document.querySelector('#figure-live')?.textContent === 'version 3'");
            browser.await("document.querySelector('#flow')?.textContent.includes('on version 3')");
            assertThat(stack.failure()).isEmpty();

            // And gateways, events and decoded dead letters have their tabs
            shows(browser, "gateways", "accepted");
            shows(browser, "events", "the mean of disagreement rose");
            shows(browser, "events", "an example from the page");
            shows(browser, "letters", "a label of a class that is not there");
            browser.await(
                    "document.querySelector('#letters pre')?.textContent.includes('classIndex')");

            // And the pictures are kept: light, dark, and on a phone, where nothing is cut off
            picture(browser, "light", 1280, 900, "light");
            picture(browser, "dark", 1280, 900, "dark");
            accessible(browser, "dark");
            picture(browser, "phone", 390, 844, "light");
            assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                    .as("width of the page on a phone")
                    .isLessThanOrEqualTo(390);
            assertThat(browser.complaints())
                    .filteredOn(complaint -> !complaint.contains("401"))
                    .isEmpty();
        }
    }

    private static List<String> services(
            Path folder, KeyPairs.Made trainer, KeyPairs.Made operator) {
        List<String> settings = new ArrayList<>();
        JournalProducer.trainerSettings("student").forEach(each -> settings.add("trainer." + each));
        settings.addAll(
                List.of(
                        "trainer.publish.pairs=30",
                        "trainer.publish.interval=10m",
                        "trainer.signing.key=" + trainer.privateFile(),
                        "gateway.model=student",
                        "gateway.http.port=0",
                        "gateway.signatures.keys="
                                + trainer.publicFile()
                                + ","
                                + operator.publicFile(),
                        "gateway.data-dir=" + folder.resolve("gateway")));
        return settings;
    }

    private static Console console(ClusterSettings cluster, Path folder, KeyPairs.Made operator)
            throws Exception {
        Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        ConsoleSettings settings =
                Configuration.of(
                        ConsoleSettings.class,
                        List.of(
                                "enabled=true",
                                "orders.enabled=true",
                                "orders.token-file=" + token,
                                "orders.key=" + operator.privateFile()));
        return ConsoleRun.start(cluster, settings, InstantSource.system()).orElseThrow();
    }

    private static void aLetterAndADrift(ClusterSettings cluster) {
        long now = System.currentTimeMillis();
        try (Producing producing = new Producing(cluster)) {
            byte[] label = producing.encode(Topic.LABELS, new Label("s-1", 77, null, "test", now));
            producing.raw(
                    Topic.DEAD_LETTERS,
                    "s-1",
                    producing.encode(
                            Topic.DEAD_LETTERS,
                            new DeadLetter(
                                    "joiner",
                                    DeadLetterReason.CLASS_OUT_OF_RANGE,
                                    "a label of a class that is not there",
                                    cluster.topics().name(Topic.LABELS),
                                    0,
                                    5L,
                                    now,
                                    ByteBuffer.wrap("s-1".getBytes(StandardCharsets.UTF_8)),
                                    ByteBuffer.wrap(label),
                                    now,
                                    null)));
            Event drift =
                    new Event("drift", "disagreement", 0.2, 0, 7L, "the mean of disagreement rose");
            producing.raw(
                    Topic.TRAINING_METRICS,
                    cluster.topics().modelPartition("student"),
                    "student",
                    producing.encode(
                            Topic.TRAINING_METRICS,
                            new MetricPoint(
                                    "student", "teacher", "", 0L, now, Map.of(), List.of(drift))));
        }
    }

    private static void promote(Browser browser, String token) throws Exception {
        browser.value(
                "[...document.querySelectorAll('#versions button.link')].find(b => b.textContent === '3').click()");
        browser.await("document.querySelector('#detail .orders')");
        browser.value("document.querySelector('#detail .orders summary').click()");
        String[] texts = {"a tester", "an example from the page", token};
        for (int field = 0; field < texts.length; field++) {
            browser.value(
                    "(field => { field.focus(); field.select(); })(document.querySelectorAll('#detail .orders input')["
                            + field
                            + "])");
            browser.type(texts[field]);
        }
        browser.value("document.querySelector('#detail .orders button.main').focus()");
        browser.press("Enter");
    }

    private static void shows(Browser browser, String tab, String text) throws Exception {
        browser.value("document.querySelector('#tab-" + tab + "').click()");
        browser.await(
                "document.querySelector('#" + tab + "')?.textContent.includes('" + text + "')");
        accessible(browser, tab);
        browser.picture(PICTURES.resolve(tab + ".png"));
    }

    private static void picture(Browser browser, String name, int width, int height, String scheme)
            throws Exception {
        browser.screen(width, height, Map.of("prefers-color-scheme", scheme));
        browser.value("document.querySelector('#tab-learning').click()");
        browser.value(
                "new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        browser.picture(PICTURES.resolve(name + ".png"));
    }

    /** No finding of axe-core that is serious or worse. */
    private static void accessible(Browser browser, String what) throws Exception {
        try (InputStream axe = ConsoleIT.class.getResourceAsStream("/axe.min.js")) {
            browser.value(new String(axe.readAllBytes(), StandardCharsets.UTF_8) + "; true");
        }
        assertThat(
                        browser.value(
                                        "axe.run().then(found => found.violations.filter(each => ['serious', 'critical'].includes(each.impact)).map(each => each.id + ': ' + each.nodes.map(node => node.target).join(' ')))")
                                .toString())
                .as("findings of axe-core in " + what)
                .isEqualTo("[]");
    }
}
