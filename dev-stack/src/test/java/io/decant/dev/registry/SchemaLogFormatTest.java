package io.decant.dev.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.registry.LogEntry.CompatibilitySet;
import io.decant.dev.registry.LogEntry.ModeSet;
import io.decant.dev.registry.LogEntry.SubjectDeleted;
import io.decant.dev.registry.LogEntry.VersionRemoved;
import io.decant.dev.registry.LogEntry.VersionWritten;
import io.decant.dev.registry.SchemaLogFormat.Encoded;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Golden records: topics with these must be readable forever, here and by Confluent's registry. */
class SchemaLogFormatTest {
    private static final Map<Encoded, LogEntry> GOLDEN =
            Map.of(
                    new Encoded(
                            "{\"keytype\":\"SCHEMA\",\"subject\":\"t-value\",\"version\":2,\"magic\":1}",
                            "{\"subject\":\"t-value\",\"version\":2,\"id\":7,\"schemaType\":\"AVRO\",\"schema\":\"\\\"long\\\"\",\"deleted\":true}"),
                    new VersionWritten(
                            new SchemaVersion(
                                    "t-value", 2, 7, "AVRO", "\"long\"", List.of(), true)),
                    new Encoded(
                            "{\"keytype\":\"SCHEMA\",\"subject\":\"t-value\",\"version\":2,\"magic\":1}",
                            null),
                    new VersionRemoved("t-value", 2),
                    new Encoded(
                            "{\"keytype\":\"DELETE_SUBJECT\",\"subject\":\"t-value\",\"magic\":0}",
                            "{\"subject\":\"t-value\",\"version\":2}"),
                    new SubjectDeleted("t-value", 2),
                    new Encoded(
                            "{\"keytype\":\"CONFIG\",\"subject\":null,\"magic\":0}",
                            "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}"),
                    new CompatibilitySet(
                            Optional.empty(), Optional.of(Compatibility.FULL_TRANSITIVE)),
                    new Encoded(
                            "{\"keytype\":\"CONFIG\",\"subject\":\"t-value\",\"magic\":0}", null),
                    new CompatibilitySet(Optional.of("t-value"), Optional.empty()),
                    new Encoded(
                            "{\"keytype\":\"MODE\",\"subject\":\"t-value\",\"magic\":0}",
                            "{\"mode\":\"READONLY\"}"),
                    new ModeSet(Optional.of("t-value"), Optional.of(Mode.READONLY)));

    static Stream<Map.Entry<Encoded, LogEntry>> golden() {
        return GOLDEN.entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("golden")
    void goldenRecordsAreWrittenAndReadToTheByte(Map.Entry<Encoded, LogEntry> golden) {
        assertThat(SchemaLogFormat.encode(golden.getValue())).isEqualTo(golden.getKey());
        assertThat(SchemaLogFormat.decode(golden.getKey().key(), golden.getKey().value()))
                .contains(golden.getValue());
    }

    @Test
    void confluentsNoopRecordMeansNothing() {
        assertThat(SchemaLogFormat.decode("{\"keytype\":\"NOOP\",\"magic\":0}", null)).isEmpty();
    }

    @Test
    void aSchemaOfAnotherRegistryKeepsItsTypeAndReferences() {
        // Given
        String key = "{\"keytype\":\"SCHEMA\",\"subject\":\"p\",\"version\":1,\"magic\":1}";
        String value =
                """
                {"subject":"p","version":1,"id":3,"md5":"x","schemaType":"PROTOBUF",\
                "references":[{"name":"n","subject":"r","version":4}],"schema":"message P {}","deleted":false}""";

        // When
        Optional<LogEntry> entry = SchemaLogFormat.decode(key, value);

        // Then
        assertThat(entry)
                .contains(
                        new VersionWritten(
                                new SchemaVersion(
                                        "p",
                                        1,
                                        3,
                                        "PROTOBUF",
                                        "message P {}",
                                        List.of(new SchemaVersion.Reference("n", "r", 4)),
                                        false)));
    }

    @Test
    void aRecordOfAnotherFormatIsNamed() {
        String key = "{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}";
        assertThatThrownBy(() -> SchemaLogFormat.decode("plain text", "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not JSON");
        assertThatThrownBy(() -> SchemaLogFormat.decode(key, "{\"subject\":\"s\",\"version\":1}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("field id");
    }
}
