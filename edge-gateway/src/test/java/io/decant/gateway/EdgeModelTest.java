package io.decant.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.gateway.store.LastGoodModel;
import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A model in this process, whose cluster is away: nothing listens on port 1. */
@Timeout(60)
class EdgeModelTest {
    private static final Path EXAMPLE =
            Path.of("..", "docs", "examples", "AnswerInProcess.java").toAbsolutePath();

    @TempDir Path folder;

    private List<String> settings() {
        return List.of(
                "cluster.bootstrap-servers=127.0.0.1:1",
                "cluster.schema-registry-url=http://127.0.0.1:1",
                "cluster-patience=300ms",
                "model=student",
                "signatures.policy=accept",
                "data-dir=" + folder);
    }

    private EdgeModel open() {
        return EdgeModel.open(Configuration.of(GatewayConfig.class, settings()), new ManualClock());
    }

    private void store(Versions versions, long version) throws IOException {
        new LastGoodModel(
                        folder,
                        Versions.MODEL,
                        Versions.CHECK,
                        SignaturePolicy.ACCEPT,
                        TrustedKeys.NONE,
                        1 << 20)
                .save(versions.accepted(version));
    }

    @Test
    void answersFromTheLastGoodModelAndTellsOfIt() throws Exception {
        // Given
        store(Versions.small(), 7);
        List<Long> swaps = new ArrayList<>();

        // When
        try (EdgeModel model = open()) {
            model.onSwap(swap -> swaps.add(swap.version()));
            Prediction prediction = model.predict(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

            // Then
            assertThat(model.ready()).isCompleted();
            assertThat(model.version()).hasValue(7L);
            assertThat(swaps).containsExactly(7L);
            assertThat(prediction.version()).isEqualTo(7);
            assertThat(prediction.watermark())
                    .hasValueSatisfying(at -> assertThat(at.toEpochMilli()).isEqualTo(1_000_007));
            assertThat(prediction.size()).isEqualTo(2);
            assertThat(prediction.logits(1)).containsExactly(7f, 7.125f, 7.25f);
            assertThat(prediction.classOf(0)).isEqualTo(2);
            assertThatThrownBy(() -> prediction.logits(2))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void servesAStudentWhoseFileIsInstalledAndNoOther() throws Exception {
        // Given
        store(Versions.script(), 7);
        GatewayConfig without = Configuration.of(GatewayConfig.class, settings());
        List<String> settings = new ArrayList<>(settings());
        settings.add("students=" + Versions.SCRIPT);
        GatewayConfig with = Configuration.of(GatewayConfig.class, settings);

        // When, then
        try (EdgeModel model = EdgeModel.open(without, new ManualClock())) {
            assertThat(model.version()).isEmpty();
        }
        EdgeModel model = EdgeModel.open(with, new ManualClock());
        try (model) {
            assertThat(model.predict(new byte[8]).logits(1)).containsExactly(Versions.logits(7));
        }
        assertThatThrownBy(() -> model.predict(new byte[4]))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFileThatIsNoStudentEndsTheStart() {
        List<String> settings = new ArrayList<>(settings());
        settings.add("students=" + EXAMPLE);
        GatewayConfig config = Configuration.of(GatewayConfig.class, settings);
        assertThatThrownBy(() -> EdgeModel.open(config, new ManualClock()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "students: " + EXAMPLE + " is not a TorchScript archive: save the model");
    }

    @Test
    void saysWhyItCannotAnswer() throws Exception {
        try (EdgeModel model = open()) {
            assertThat(model.ready()).isNotDone();
            assertThat(model.spec()).isEmpty();
            assertThatThrownBy(() -> model.predict(new byte[4]))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the model has no version in service yet (");
        }
        store(Versions.of(new InputSpec(DType.F32, List.of(1), 1e30, 0, 1)), 7);
        try (EdgeModel model = open()) {
            assertThatThrownBy(() -> model.predict(new byte[6]))
                    .hasMessage(
                            "inputs must be a multiple of 4 bytes, the size of one input, was 6");
            assertThatThrownBy(() -> model.predict(new byte[0]))
                    .isInstanceOf(IllegalArgumentException.class);
            byte[] tooLarge =
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(4, 1e30f)
                            .array();
            assertThatThrownBy(() -> model.predict(tooLarge))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input 1 is too large for the model: its logits are not finite");
        }
    }

    @Test
    void theExampleInTheDocumentsRuns() throws Exception {
        // Given
        store(Versions.small(), 7);
        Path classes = folder.resolve("classes");
        int compiled =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                EXAMPLE.toString());
        assertThat(compiled).isZero();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream console = System.out;

        // When
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {classes.toUri().toURL()}, getClass().getClassLoader())) {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            loader.loadClass("AnswerInProcess")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) settings().toArray(String[]::new));
        } finally {
            System.setOut(console);
        }

        // Then
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("now serving version 7", "version 7 says class 2");
    }
}
