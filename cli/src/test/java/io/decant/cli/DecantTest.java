package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.decant.model.torch.Torch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecantTest {
    @TempDir Path folder;

    private record Result(int exitCode, String errors) {}

    private static Result run(String... arguments) {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            return new Result(Decant.run(arguments), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void helpIsAnsweredWithSuccess() {
        assertThat(run("--help").exitCode()).isZero();
        assertThat(run("demo", "--help").exitCode()).isZero();
    }

    @Test
    void wrongUsageEndsWithTwoAndNamesTheFlag() {
        Result result = run("demo", "--labels", "some");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.errors())
                .contains("--labels must be all, none or a share between 0 and 1, was 'some'");
    }

    @Test
    void aFeedSaysWhichOptionsDoNotGoTogether() throws Exception {
        // Given
        Path csv = Files.writeString(folder.resolve("a.csv"), "1,2,3\n");
        String[] input = {"feed", "--csv", csv.toString(), "--dtype", "u8", "--features"};

        // When, Then
        assertThat(run("feed").exitCode()).isEqualTo(2);
        assertThat(run("feed", "--csv", csv.toString()).errors())
                .contains("--features and --dtype must be given");
        assertThat(run(with(input, "0:4")).errors())
                .contains("columns 0:4 are not a range within the 3 columns");
        assertThat(run(with(input, "0:3", "--shape", "2,2")).errors())
                .contains("--shape [2, 2] has not as many elements as --features has columns, 3");
        assertThat(run(with(input, "0:3", "--shape", "-3,-1")).errors())
                .contains("shape must hold extents of at least 1");
        assertThat(run(with(input, "0:3", "--rate", "-1")).errors())
                .contains("--rate must be a number of samples a second above 0, or max, was -1");
    }

    private static String[] with(String[] first, String... more) {
        return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void aClusterAloneNeedsAFolderAndPortsThatThereAre() {
        Result noFolder = run("up", "--cluster-only");
        Result noPort = run("up", "--broker-port", "70000");
        assertThat(noFolder.exitCode()).isEqualTo(2);
        assertThat(noFolder.errors()).contains("--cluster-only needs --data-dir");
        assertThat(noPort.exitCode()).isEqualTo(2);
        assertThat(noPort.errors())
                .contains("--broker-port must be between 0 and 65535, was 70000");
    }

    @Test
    void aReplaySaysWhatIsMissingToStartIt() throws Exception {
        // Given
        Path notes = Files.writeString(folder.resolve("notes.txt"), "no journal");
        // When
        Result nothingAsked = run("replay");
        Result noFile = run("replay", "--verify", "--all", "--journal", notes.toString());
        Result noRun = run("replay", "--verify", "3", "--data-dir", folder.toString());
        // Then
        assertThat(nothingAsked.exitCode()).isEqualTo(2);
        assertThat(nothingAsked.errors())
                .contains("Expected --verify VERSION, --verify --all, or --as NEW");
        assertThat(noFile.exitCode()).isEqualTo(1);
        assertThat(noFile.errors()).contains("not an exported journal").doesNotContain("\tat ");
        assertThat(noRun.exitCode()).isEqualTo(1);
        assertThat(noRun.errors()).contains("holds no run").doesNotContain("\tat ");
        assertThat(folder).isDirectoryNotContaining(path -> Files.isDirectory(path));
    }

    @Test
    void theScenariosAreListedWithWhatTheyAreAbout() {
        // Given
        StringWriter out = new StringWriter();
        // When
        int exitCode = Decant.run(new PrintWriter(out), new PrintWriter(out), "scenario", "list");
        // Then
        assertThat(exitCode).isZero();
        assertThat(out.toString().lines())
                .hasSize(14)
                .anyMatch(line -> line.matches(" *zero-labels +No label ever comes.*"));
    }

    @Test
    void aScenarioSaysWhatItCannotRun() {
        // When
        Result noName = run("scenario");
        Result unknown = run("scenario", "drifting");
        Result twice = run("scenario", "drift", "--seeds", "1,1");
        // Then
        assertThat(noName.exitCode()).isEqualTo(2);
        assertThat(noName.errors()).contains("Which scenario?");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.errors()).contains("there is no scenario 'drifting'");
        assertThat(twice.exitCode()).isEqualTo(2);
        assertThat(twice.errors()).contains("--seeds must be different whole numbers");
    }

    @Test
    void aMissingDatasetEndsWithOneSentence() {
        Result result = run("demo", "--dataset", folder.toString());
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors())
                .contains("train-images-idx3-ubyte")
                .contains(folder.toString())
                .doesNotContain("\tat ");
    }

    @Test
    void aTruncatedDatasetEndsWithOneSentence() throws Exception {
        // Given: a header that promises more than there is
        try (GZIPOutputStream out =
                new GZIPOutputStream(
                        Files.newOutputStream(folder.resolve("train-images-idx3-ubyte.gz")))) {
            out.write(new byte[] {0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3});
        }
        // When
        Result result =
                run(
                        "train-teacher",
                        "--dataset",
                        folder.toString(),
                        "--out",
                        folder.resolve("t.pt").toString());
        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors()).contains("train-images-idx3-ubyte").doesNotContain("\tat ");
    }

    @Test
    void aTeacherFileThatIsNotTorchScriptEndsWithOneSentence() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("teacher.pt"), "not a model");
        // When
        Result result =
                run(
                        "demo",
                        "--dataset",
                        Path.of("..", "datasets", "mnist").toString(),
                        "--teacher",
                        file.toString());
        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors())
                .contains("teacher.pt")
                .contains("TorchScript")
                .doesNotContain("\tat ");
    }

    @Test
    void allProblemsOfAConfigurationAreNamedAtOnce() throws Exception {
        // Given
        Path file =
                Files.writeString(
                        folder.resolve("trainer.yaml"),
                        """
                cluster:
                  bootstrap-servers: localhost:1
                learning-rte: 0.1
                alpha: 7
                publish.interval: soon
                """);
        // When
        Result result = run("trainer", "-c", file.toString());
        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors())
                .contains("cluster.schema-registry-url is missing")
                .contains("unknown key learning-rte")
                .contains("did you mean learning-rate?")
                .contains("alpha must be between 0 and 1, was '7'")
                .contains("publish.interval must be a time");
    }

    @Test
    void trainersThatCannotShareAProcessAreRefusedWithASentenceForEachReason() throws Exception {
        // Given
        String address = "cluster: {bootstrap-servers: '%s', schema-registry-url: 'http://r:1'}%n";
        Path one = Files.writeString(folder.resolve("one.yaml"), address.formatted("a:1"));
        Path two =
                Files.writeString(
                        folder.resolve("two.yaml"), address.formatted("b:1") + "threads: 2\n");
        // When
        Result result = run("trainer", "-c", one.toString(), "-c", two.toString());
        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors())
                .contains("model.name must be another in each file, was 'student' twice")
                .contains("cluster must be the same in each file of one process")
                .contains("threads must be the same in each file")
                .doesNotContain("\tat ");
    }

    @Test
    void aGpuThatCannotBeUsedEndsWithOneSentence() throws Exception {
        // Given
        assumeThat(Torch.hasGpu()).isFalse();
        Path file =
                Files.writeString(
                        folder.resolve("trainer.yaml"),
                        """
                        cluster:
                          bootstrap-servers: localhost:1
                          schema-registry-url: http://localhost:1
                        device: cuda:0
                        """);
        // When
        Result result = run("trainer", "-c", file.toString());
        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors())
                .contains("device cuda:0 cannot be used: the libtorch in ")
                .contains("PYTORCH_FLAVOR=cu128")
                .doesNotContain("\tat ");
    }

    @Test
    void anUnreachableBrokerAndRegistryAreBothNamed() throws Exception {
        // Given: nobody listens on port 1
        Path file =
                Files.writeString(
                        folder.resolve("gateway.yaml"),
                        """
                cluster:
                  bootstrap-servers: 127.0.0.1:1
                  schema-registry-url: http://127.0.0.1:1
                start-at: earliest
                state-dir: %s
                startup-patience: 2s
                """
                                .formatted(folder));
        // When
        Result result = run("joiner", "-c", file.toString());
        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.errors())
                .contains("127.0.0.1:1 does not answer")
                .contains("schema registry at http://127.0.0.1:1 cannot be reached");
    }

    @Test
    void aKeyPairIsMadeOnceAndNeverOverwritten() throws Exception {
        // When
        Result made = run("keys", "generate", "--out", folder.toString(), "--name", "trainer");
        byte[] key = Files.readAllBytes(folder.resolve("trainer.pem"));
        Result again = run("keys", "generate", "--out", folder.toString(), "--name", "trainer");
        // Then
        assertThat(made.exitCode()).isZero();
        assertThat(again.exitCode()).isEqualTo(1);
        assertThat(again.errors()).contains("a key is never overwritten").doesNotContain("\tat ");
        assertThat(folder.resolve("trainer.pem")).hasBinaryContent(key);
    }

    @Test
    void aKeysIdIsTheSameFromBothFiles() {
        // Given
        StringWriter out = new StringWriter();
        Decant.run(
                new PrintWriter(out),
                new PrintWriter(new StringWriter()),
                "keys",
                "generate",
                "--out=" + folder,
                "--name=operator");
        String id = out.toString().lines().findFirst().orElseThrow().substring("key ".length());
        // When
        StringWriter shown = new StringWriter();
        int exitCode =
                Decant.run(
                        new PrintWriter(shown),
                        new PrintWriter(new StringWriter()),
                        "keys",
                        "show",
                        folder.resolve("operator.pem").toString(),
                        folder.resolve("operator.public.pem").toString());
        // Then
        assertThat(exitCode).isZero();
        assertThat(id).matches("[0-9a-f]{16}");
        assertThat(shown.toString().lines()).hasSize(2).allMatch(line -> line.startsWith(id));
    }

    @Test
    void aFileThatHoldsNoKeyAndAnOrderWithoutAReasonAreNamed() throws Exception {
        // Given
        Path file = Files.writeString(folder.resolve("notes.txt"), "no key");
        // When
        Result noKey = run("keys", "show", file.toString());
        Result noReason = run("models", "promote", "3");
        Result noVersion = run("models", "verify");
        // Then
        assertThat(noKey.exitCode()).isEqualTo(1);
        assertThat(noKey.errors()).contains("notes.txt holds no 'PUBLIC KEY'");
        assertThat(noReason.exitCode()).isEqualTo(2);
        assertThat(noReason.errors()).contains("--reason");
        assertThat(noVersion.exitCode()).isEqualTo(2);
        assertThat(noVersion.errors()).contains("Expected numbers of versions, or --all");
    }
}
