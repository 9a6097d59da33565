package io.decant.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    /** One component of every type that a configuration can hold. */
    public record Everything(
            @Setting(doc = "A text.") String name,
            @Setting(doc = "A whole number.", otherwise = "32", min = 1, max = 64) int batchSize,
            @Setting(doc = "A large number.", otherwise = "5000000000") long maxBatchBytes,
            @Setting(doc = "A number.", otherwise = "0.003", min = 0) double learningRate,
            @Setting(doc = "A switch.", otherwise = "true") boolean shadow,
            @Setting(doc = "A file.", otherwise = "model.pt") Path modelFile,
            @Setting(doc = "A choice.", otherwise = "two-words") Choice choice,
            Nested nested,
            @Setting(doc = "Passed on.") Map<String, String> kafka) {}

    public record Nested(
            @Setting(doc = "A time.", otherwise = "200ms", min = 10, max = 60_000) Duration linger,
            @Setting(doc = "Maybe a number.", otherwise = "", max = 1) Optional<Double> scale,
            @Setting(doc = "Some numbers.", otherwise = "28,28", min = 1) List<Integer> shape,
            @Setting(doc = "Hidden.", otherwise = "", secret = true) Optional<String> password) {

        public Nested {
            if (shape.size() > 3) {
                throw new IllegalArgumentException("shape must have at most 3 numbers");
            }
        }
    }

    public enum Choice {
        ONE,
        TWO_WORDS
    }

    @TempDir Path folder;

    @Test
    void everyDefaultIsTheOneInTheAnnotation() {
        assertThat(Configuration.of(Everything.class, List.of("name=n")))
                .isEqualTo(
                        new Everything(
                                "n",
                                32,
                                5_000_000_000L,
                                0.003,
                                true,
                                Path.of("model.pt"),
                                Choice.TWO_WORDS,
                                new Nested(
                                        Duration.ofMillis(200),
                                        Optional.empty(),
                                        List.of(28, 28),
                                        Optional.empty()),
                                Map.of()));
    }

    @Test
    void everyKeyOfAFileIsTaken() {
        // Given
        Path file =
                file(
                        """
                        name: digits
                        batch-size: 7
                        max-batch-bytes: 6000000000
                        learning-rate: 1e-3
                        shadow: false
                        model-file: /models/a b.pt
                        choice: One
                        nested:
                          linger: 1m
                          scale: 0.5
                          shape: [3, 4]
                          password: geheim
                        kafka:
                          security.protocol: SASL_SSL
                          ssl:
                            protocol: TLSv1.3
                        """);

        // When
        Everything read = Configuration.load(file, Everything.class, List.of());

        // Then
        assertThat(read)
                .isEqualTo(
                        new Everything(
                                "digits",
                                7,
                                6_000_000_000L,
                                0.001,
                                false,
                                Path.of("/models/a b.pt"),
                                Choice.ONE,
                                new Nested(
                                        Duration.ofMinutes(1),
                                        Optional.of(0.5),
                                        List.of(3, 4),
                                        Optional.of("geheim")),
                                Map.of(
                                        "security.protocol",
                                        "SASL_SSL",
                                        "ssl.protocol",
                                        "TLSv1.3")));
    }

    @Test
    void textsStayAsTheyAreWritten() {
        // Given: YAML would make numbers of these, and lose what was written
        Path file = file("name: 1.10\nkafka:\n  ssl.keystore.password: 010\n  flag: yes\n");

        // When
        Everything read = Configuration.load(file, Everything.class, List.of());

        // Then
        assertThat(read.name()).isEqualTo("1.10");
        assertThat(read.kafka())
                .containsEntry("ssl.keystore.password", "010")
                .containsEntry("flag", "yes");
    }

    @Test
    void settingsReplaceTheFilesAndTheLastOneCounts() {
        // Given
        Path file = file("name: a\nbatch-size: 7\n");

        // When
        Everything read =
                Configuration.load(
                        file,
                        Everything.class,
                        List.of(
                                "batch-size=8",
                                "batch-size=9",
                                "nested.shape=1,2,3",
                                "kafka.sasl.jaas.config=a=b"));

        // Then
        assertThat(read.name()).isEqualTo("a");
        assertThat(read.batchSize()).isEqualTo(9);
        assertThat(read.nested().shape()).containsExactly(1, 2, 3);
        assertThat(read.kafka()).containsEntry("sasl.jaas.config", "a=b");
    }

    @Test
    void allProblemsAreReportedTogether() {
        // Given
        Path file =
                file(
                        """
                        batch-size: 0
                        learning-rate: fast
                        nested: {linger: 5, shape: [1, x]}
                        """);

        // When
        ConfigurationException thrown =
                catchThrowableOfType(
                        ConfigurationException.class,
                        () -> Configuration.load(file, Everything.class, List.of("oops")));

        // Then
        assertThat(thrown.problems())
                .containsExactlyInAnyOrder(
                        "the setting 'oops' is not of the form KEY=VALUE",
                        "name is missing; it is: A text.",
                        "batch-size must be between 1 and 64, was '0'",
                        "learning-rate must be a finite number, was 'fast'",
                        "nested.linger must be a time such as 200ms, 10s, 5m, 2h or 7d, was '5'",
                        "nested.shape must be a whole number of at most 32 bits, was 'x'");
        assertThat(thrown)
                .hasMessageStartingWith(file + " has 6 problems:\n  - ")
                .hasMessageContaining("\n  - name is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batch-size=65 | batch-size must be between 1 and 64, was '65'",
                "batch-size=3000000000 | batch-size must be a whole number of at most 32 bits, was '3000000000'",
                "max-batch-bytes=1.5 | max-batch-bytes must be a whole number, was '1.5'",
                "learning-rate=-1 | learning-rate must be at least 0, was '-1'",
                "learning-rate=NaN | learning-rate must be a finite number, was 'NaN'",
                "shadow=yes | shadow must be true or false, was 'yes'",
                "model-file= | model-file must be a path, was ''",
                "choice=three | choice must be one of one, two-words, was 'three'",
                "nested.linger=9ms | nested.linger must be between 10ms and 1m, was '9ms'",
                "nested.linger=-1s | nested.linger must be a time such as 200ms, 10s, 5m, 2h or 7d, was '-1s'",
                "nested.linger=999999999999999999d | nested.linger must be a time such as 200ms, 10s, 5m, 2h or 7d, was '999999999999999999d'",
                "nested.scale=2 | nested.scale must be at most 1, was '2'",
                "nested.shape=4,0 | nested.shape must be at least 1, was '0'",
                "nested.shape=1,2,3,4 | nested: shape must have at most 3 numbers",
            })
    void aWrongValueIsNamedWithWhatWasExpected(String setting, String problem) {
        assertThat(problems(setting)).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "batchsize=1 | unknown key batchsize; did you mean batch-size?",
                "nested.lingr=1s | unknown key nested.lingr; did you mean nested.linger?",
                "linger=1s | unknown key linger",
                "nested=1 | nested must be a group of keys, for example nested.linger",
                "kafk.acks=all | unknown key kafk.acks",
            })
    void anUnknownKeyIsAProblemWithASuggestionIfOneIsNear(String setting, String problem) {
        assertThat(problems(setting)).containsExactly(problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: [a, b] | name must be one value, was a list",
                "name: a;name: b | name is given twice (line 2)",
                "nested: {shape: [[1]]};name: a | nested.shape must be a list of single values (line 1)",
                "- name: a | the file must be a map of keys (line 1)",
                "name: a;---;name: b | the file must be one document, but a second one begins (line 3)",
                "name: &x a;choice: *x | choice refers to another value; write the value itself (line 2)",
                "name: a: b | it is not YAML: mapping values are not allowed here (line 1)",
            })
    void aFileOfAnotherShapeIsRefused(String lines, String problem) {
        // Given
        Path file = file(lines.replace(';', '\n'));

        // When
        ConfigurationException thrown =
                catchThrowableOfType(
                        ConfigurationException.class,
                        () -> Configuration.load(file, Everything.class, List.of()));

        // Then
        assertThat(thrown.problems()).containsExactly(problem);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        ConfigurationException thrown =
                catchThrowableOfType(
                        ConfigurationException.class,
                        () ->
                                Configuration.load(
                                        folder.resolve("none.yaml"), Everything.class, List.of()));

        assertThat(thrown)
                .hasMessageContaining("none.yaml has 1 problem:")
                .hasMessageContaining("it does not exist");
    }

    @Test
    void anEmptyFileAndKeysWithoutAValueLeaveTheDefaults() {
        assertThat(Configuration.load(file(""), Everything.class, List.of("name=n")))
                .isEqualTo(Configuration.of(Everything.class, List.of("name=n")));
        assertThat(
                        Configuration.load(
                                file("choice:\nkafka:\nnested: ~\n"),
                                Everything.class,
                                List.of("name=n")))
                .isEqualTo(Configuration.of(Everything.class, List.of("name=n")));
    }

    @Test
    void effectiveValuesCanBeReadBack() {
        // Given
        Everything configuration =
                Configuration.of(
                        Everything.class,
                        List.of(
                                "name=n",
                                "nested.linger=36s",
                                "nested.scale=0.1",
                                "nested.shape=7",
                                "choice=one",
                                "kafka.acks=all"));

        // When
        Map<String, String> effective = Configuration.effective(configuration);

        // Then
        List<String> settings = new ArrayList<>();
        effective.forEach((key, value) -> settings.add(key + "=" + value));
        assertThat(Configuration.of(Everything.class, settings)).isEqualTo(configuration);
        assertThat(effective)
                .containsEntry("nested.linger", "36s")
                .containsEntry("choice", "one")
                .containsEntry("nested.password", "");
    }

    @Test
    void effectiveValuesHideSecrets() {
        // Given
        Everything configuration =
                Configuration.of(
                        Everything.class,
                        List.of(
                                "name=http://user:geheim@host:1/a",
                                "nested.password=geheim",
                                "kafka.ssl.key.password=geheim",
                                "kafka.sasl.jaas.config=geheim",
                                "kafka.basic.auth.user.info=geheim",
                                "kafka.client.secret=geheim",
                                "kafka.ssl.keystore.key=geheim",
                                "kafka.acks=all"));

        // When
        Map<String, String> effective = Configuration.effective(configuration);

        // Then
        assertThat(effective.toString()).doesNotContain("geheim");
        assertThat(effective)
                .containsEntry("name", "http://***@host:1/a")
                .containsEntry("nested.password", "***")
                .containsEntry("kafka.acks", "all");
    }

    @Test
    void everyKeyIsDescribed() {
        assertThat(Configuration.describe(Everything.class))
                .extracting(
                        Configuration.Described::key,
                        Configuration.Described::type,
                        Configuration.Described::otherwise,
                        Configuration.Described::required,
                        Configuration.Described::bounds)
                .containsExactly(
                        row("name", "text", "", true, ""),
                        row("batch-size", "int", "32", false, "between 1 and 64"),
                        row("max-batch-bytes", "long", "5000000000", false, ""),
                        row("learning-rate", "double", "0.003", false, "at least 0"),
                        row("shadow", "boolean", "true", false, ""),
                        row("model-file", "path", "model.pt", false, ""),
                        row("choice", "one | two-words", "two-words", false, ""),
                        row("nested.linger", "duration", "200ms", false, "between 10ms and 1m"),
                        row("nested.scale", "optional double", "", false, "at most 1"),
                        row("nested.shape", "list of int", "28,28", false, "at least 1"),
                        row("nested.password", "optional text", "", false, ""),
                        row("kafka.*", "text", "", false, ""));
    }

    private static Tuple row(Object... values) {
        return Tuple.tuple(values);
    }

    private static List<String> problems(String setting) {
        return catchThrowableOfType(
                        ConfigurationException.class,
                        () -> Configuration.of(Everything.class, List.of("name=n", setting)))
                .problems();
    }

    private Path file(String text) {
        try {
            return Files.writeString(folder.resolve("service.yaml"), text);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    public record Weighed(
            @Setting(doc = "Weight of each.", min = 0.5, max = 9) Map<String, Double> weights) {}

    @Test
    void aMapMayHoldNumbersWhichAreCheckedByTheirKeysAndNeverHidden() {
        // When
        Weighed weighed =
                Configuration.of(Weighed.class, List.of("weights.a.b=1", "weights.token=2.5"));

        // Then
        assertThat(weighed.weights()).isEqualTo(Map.of("a.b", 1.0, "token", 2.5));
        assertThat(Configuration.effective(weighed))
                .isEqualTo(Map.of("weights.a.b", "1.0", "weights.token", "2.5"));
        assertThatThrownBy(
                        () ->
                                Configuration.of(
                                        Weighed.class, List.of("weights.a=much", "weights.b=10")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("weights.a must be a finite number, was 'much'")
                .hasMessageContaining("weights.b must be between 0.5 and 9, was '10'");
    }
}
