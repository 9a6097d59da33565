package io.decant.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.decant.serde.PlainSchema;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every record of every release must be readable for ever, and every present record by every
 * release. A new release is frozen once, by {@code mvn -pl schemas test -Dtest=GoldenRecordsTest
 * -Drelease.golden=v2}.
 */
class GoldenRecordsTest {
    static Stream<Arguments> releasedRecords() {
        return Release.all().stream()
                .flatMap(
                        release ->
                                release.records().stream()
                                        .map(record -> Arguments.of(release, record)));
    }

    @ParameterizedTest
    @MethodSource("releasedRecords")
    void bytesOfAReleaseAreReadWithEveryValueThatItWrote(Release release, String name)
            throws IOException {
        // Given
        Schema released = release.schema(name);
        byte[] golden = release.bytes(name);

        // When
        SpecificRecord value = decoded(golden, released, present(name));

        // Then
        Object written = generic(golden, released, released);
        Object read = generic(Release.encoded(value), present(name), released);
        assertThat(read).isEqualTo(written);
    }

    @ParameterizedTest
    @MethodSource("releasedRecords")
    void presentAndReleasedSchemasReadEachOther(Release release, String name) {
        // Given
        Schema released = release.schema(name);

        // When
        var backward = SchemaCompatibility.checkReaderWriterCompatibility(present(name), released);
        var forward = SchemaCompatibility.checkReaderWriterCompatibility(released, present(name));

        // Then
        assertThat(backward.getType())
                .as(backward.getDescription())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        assertThat(forward.getType())
                .as(forward.getDescription())
                .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
    }

    @Test
    void theNewestReleaseHoldsTheExamplesOfAllRecords() {
        // Given
        List<Release> releases = Release.all();
        Release newest = releases.get(releases.size() - 1);

        // When
        List<SpecificRecord> examples = Examples.all();

        // Then
        assertThat(newest.records())
                .containsExactlyElementsOf(
                        examples.stream().map(example -> example.getSchema().getName()).toList());
        assertThat(examples)
                .allSatisfy(
                        example -> {
                            String name = example.getSchema().getName();
                            assertThat(newest.schema(name))
                                    .isEqualTo(PlainSchema.of(example.getSchema()));
                            assertThat(newest.bytes(name)).isEqualTo(Release.encoded(example));
                        });
    }

    @Test
    void everyFieldOfAnExampleDiffersFromItsDefault() {
        assertThat(Examples.all())
                .allSatisfy(
                        example ->
                                assertThat(example.getSchema().getFields())
                                        .filteredOn(Schema.Field::hasDefaultValue)
                                        .allSatisfy(
                                                field ->
                                                        assertThat(example.get(field.pos()))
                                                                .as(field.name())
                                                                .isNotEqualTo(
                                                                        SpecificData.get()
                                                                                .getDefaultValue(
                                                                                        field))));
    }

    @Test
    void anOffsetRangeIsTheBytesThatAvrosSpecificationSays() {
        // Given
        OffsetRange range = new OffsetRange("t", 3, 5L, 300L);

        // When
        byte[] bytes = Release.encoded(range);

        // Then: length 1 and 't'; then zigzag numbers 6, 10 and 600 in groups of seven bits
        assertThat(bytes).containsExactly(0x02, 't', 0x06, 0x0a, 0xd8, 0x04);
    }

    @Test
    void aNewReleaseIsFrozenOnRequest() throws IOException {
        String release = System.getProperty("release.golden", "");
        assumeTrue(!release.isEmpty(), "only with -Drelease.golden=NAME");

        Release.of(release).write(Examples.all());
    }

    private static Schema present(String name) {
        return Examples.all().stream()
                .map(SpecificRecord::getSchema)
                .filter(schema -> schema.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static SpecificRecord decoded(byte[] bytes, Schema written, Schema read)
            throws IOException {
        return new SpecificDatumReader<SpecificRecord>(written, read)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }

    private static Object generic(byte[] bytes, Schema written, Schema read) throws IOException {
        return new GenericDatumReader<>(written, read)
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }
}
