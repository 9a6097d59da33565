package io.decant.records;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** What every schema owes its readers. */
class SchemaRulesTest {
    private static final int MANIFEST_LIMIT_BYTES = 2_000;

    @Test
    void everySchemaFileHasAnExample() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src/main/avro"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            Examples.all().stream()
                                    .map(example -> example.getSchema().getName() + ".avsc")
                                    .toList());
        }
    }

    @Test
    void everyTypeSaysWhatItIs() {
        assertThat(namedTypes())
                .hasSizeGreaterThan(16)
                .allSatisfy(type -> assertThat(type.getDoc()).as(type.getName()).endsWith("."));
    }

    @Test
    void everyFieldSaysWhatItIsAndHasADefaultOrAReasonForNone() {
        assertThat(namedTypes())
                .filteredOn(type -> type.getType() == Schema.Type.RECORD)
                .flatMap(Schema::getFields)
                .allSatisfy(
                        field -> {
                            assertThat(field.doc()).as(field.name()).isNotBlank().endsWith(".");
                            assertThat(field.doc().contains("No default: "))
                                    .as(field.name() + ": " + field.doc())
                                    .isNotEqualTo(field.hasDefaultValue());
                        });
    }

    @Test
    void everyEnumHasUnknownForSymbolsOfLaterVersions() {
        assertThat(namedTypes())
                .filteredOn(type -> type.getType() == Schema.Type.ENUM)
                .hasSize(10)
                .allSatisfy(
                        type -> {
                            assertThat(type.getEnumDefault()).isEqualTo("UNKNOWN");
                            assertThat(type.getEnumSymbols()).startsWith("UNKNOWN");
                        });
    }

    /** Whoever verifies a signature cuts it off the end of the bytes, whatever fields it knows. */
    @Test
    void aSignatureIsTheLastFieldOfItsRecord() {
        assertThat(Examples.all())
                .map(SpecificRecord::getSchema)
                .filteredOn(schema -> schema.getField("signature") != null)
                .hasSize(3)
                .allSatisfy(
                        schema ->
                                assertThat(schema.getField("signature").pos())
                                        .isEqualTo(schema.getFields().size() - 1));
    }

    @Test
    void theManifestOfATypicalModelIsSmallerThanTwoKilobytes() {
        // Given: 4 journal partitions, 8 canned inputs of 10 classes, 25 metrics, one anchor
        CheckpointManifest manifest =
                CheckpointManifest.newBuilder(Examples.manifest())
                        .setJournal(IntStream.range(0, 4).mapToObj(Examples::offsetRange).toList())
                        .setExpectedLogits(
                                IntStream.range(0, 8)
                                        .mapToObj(i -> IntStream.range(0, 10))
                                        .map(row -> row.mapToObj(c -> 0.37f * c).toList())
                                        .toList())
                        .build();
        IntStream.range(0, 25)
                .forEach(
                        i ->
                                manifest.getMetrics()
                                        .put("student.prequential.sliding" + i, 0.9 + i / 300.0));

        // When
        byte[] bytes = Release.encoded(manifest);

        // Then
        assertThat(bytes).hasSizeLessThan(MANIFEST_LIMIT_BYTES);
    }

    private static Set<Schema> namedTypes() {
        Set<Schema> found = new LinkedHashSet<>();
        Examples.all().stream()
                .map(SpecificRecord::getSchema)
                .forEach(root -> collect(root, found));
        return found;
    }

    private static void collect(Schema schema, Set<Schema> found) {
        switch (schema.getType()) {
            case RECORD -> {
                if (found.add(schema)) {
                    schema.getFields().forEach(field -> collect(field.schema(), found));
                }
            }
            case ENUM, FIXED -> found.add(schema);
            case ARRAY -> collect(schema.getElementType(), found);
            case MAP -> collect(schema.getValueType(), found);
            case UNION -> List.copyOf(schema.getTypes()).forEach(type -> collect(type, found));
            default -> {
                // Primitive types have no doc of their own.
            }
        }
    }
}
