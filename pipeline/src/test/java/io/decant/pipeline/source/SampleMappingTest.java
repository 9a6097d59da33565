package io.decant.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.record.Tensors;
import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.serde.BadRecordException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleMappingTest {
    private static final long TIMESTAMP = 1_700_000_000_000L;

    private static SampleMapping mapping(DType dtype, Integer... shape) {
        return new SampleMapping(
                Optional.of(FieldPath.of("id")),
                FieldPath.of("x"),
                dtype,
                List.of(shape),
                Optional.of(FieldPath.of("at")),
                Optional.of(FieldPath.of("y")),
                List.of(),
                Map.of("camera", FieldPath.of("meta", "camera")));
    }

    private static SampleMapping named(SampleMapping other, String... classes) {
        return new SampleMapping(
                other.id(),
                other.features(),
                other.dtype(),
                other.shape(),
                other.time(),
                other.label(),
                List.of(classes),
                other.attributes());
    }

    /** JSON with single quotes, so that it can be read here. */
    private static Object tree(String json) {
        return new JsonTrees().read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static SourceRecord record(String key) {
        return new SourceRecord(
                key == null ? null : key.getBytes(StandardCharsets.UTF_8), 0, TIMESTAMP, null);
    }

    private static Sample sample(SampleMapping mapping, String json) {
        return mapping.sample(record("key-1"), tree(json));
    }

    private static byte[] features(SampleMapping mapping, String x) {
        return Tensors.bytes(sample(mapping, "{'id':'a','at':1,'x':" + x + "}").getFeatures());
    }

    @Test
    void everyFieldGoesWhereTheSettingsSay() {
        // When
        Sample sample =
                sample(
                        mapping(DType.U8, 2),
                        "{'id':'a','at':1700000000123,'x':[1,255],'y':7,'meta':{'camera':'north'}}");

        // Then
        assertThat(sample.getSampleId()).isEqualTo("a");
        assertThat(sample.getEventTimeMillis()).isEqualTo(1_700_000_000_123L);
        assertThat(sample.getFeatures().getDtype()).isEqualTo(DType.U8);
        assertThat(sample.getFeatures().getShape()).containsExactly(2);
        assertThat(Tensors.bytes(sample.getFeatures())).containsExactly(1, 255);
        assertThat(sample.getAttributes()).containsExactlyEntriesOf(Map.of("camera", "north"));
    }

    @Test
    void theKeyAndTheTimestampStandInForFieldsThatAreNotNamed() {
        // Given
        SampleMapping bare =
                new SampleMapping(
                        Optional.empty(),
                        FieldPath.of("x"),
                        DType.U8,
                        List.of(1),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of());

        // When
        Sample sample = sample(bare, "{'x':[3]}");

        // Then
        assertThat(sample.getSampleId()).isEqualTo("key-1");
        assertThat(sample.getEventTimeMillis()).isEqualTo(TIMESTAMP);
        assertThat(bare.label(record("key-1"), tree("{'x':[3],'y':1}"), "who")).isEmpty();
        assertThatThrownBy(() -> bare.sample(record(null), tree("{'x':[3]}")))
                .hasMessage("the record has no key; expected the sample id in UTF-8");
        assertThatThrownBy(
                        () ->
                                bare.sample(
                                        new SourceRecord(new byte[] {-1}, 0, 0, null),
                                        tree("{'x':[3]}")))
                .hasMessage("the record's key is not UTF-8 text; expected the sample id");
    }

    @Test
    void numbersBecomeLittleEndianElementsOfTheirType() {
        assertThat(features(mapping(DType.F32, 2), "[1, -0.5]"))
                .containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf);
        assertThat(features(mapping(DType.F16, 2), "[1, -0.5]")).containsExactly(0, 0x3c, 0, 0xb8);
        assertThat(features(mapping(DType.I64, 1), "[-2]"))
                .containsExactly(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        assertThat(features(mapping(DType.U8, 2), "[255, 3.0]")).containsExactly(255, 3);
    }

    @Test
    void numbersMayBeNestedAsTheShapeSays() {
        assertThat(features(mapping(DType.U8, 2, 3), "[[1,2,3],[4,5,6]]"))
                .isEqualTo(features(mapping(DType.U8, 2, 3), "[1,2,3,4,5,6]"));
    }

    @Test
    void rawBytesAreTakenAsTheyAre() {
        // 'AAECAw==' is 0 1 2 3 in base64.
        assertThat(features(mapping(DType.U8, 4), "'AAECAw=='")).containsExactly(0, 1, 2, 3);
        assertThat(features(mapping(DType.F32, 1), "'AAECAw=='")).containsExactly(0, 1, 2, 3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'at':1,'x':[1,2]} | INVALID_VALUE | /id is missing or null; expected the sample id",
                "{'id':'','at':1,'x':[1,2]} | INVALID_VALUE | /id is empty; expected the sample id, a name that no other sample has",
                "{'id':{},'at':1,'x':[1,2]} | INVALID_VALUE | /id is a group of fields; expected the sample id, a text or a whole number",
                "{'id':1.5,'at':1,'x':[1,2]} | INVALID_VALUE | /id is 1.5; expected the sample id, a text or a whole number",
                "{'id':1,'at':1} | INVALID_VALUE | /x is missing or null; expected the features",
                "{'id':1,'at':1,'x':true} | INVALID_VALUE | /x is true; expected the features: a list of numbers, or raw bytes (base64 in JSON)",
                "{'id':1,'at':1,'x':'?'} | INVALID_VALUE | /x is '?'; expected the features: numbers, or bytes in base64",
                "{'id':1,'at':1,'x':'AAEC'} | WRONG_SHAPE | /x is 3 bytes; expected 2 bytes for U8 [2]",
                "{'id':1,'at':1,'x':[1]} | WRONG_SHAPE | /x is a list of 1; expected 2 numbers for U8 [2]",
                "{'id':1,'at':1,'x':[[1,2]]} | WRONG_SHAPE | /x is a list of 1 in dimension 0; expected 2 there for U8 [2]",
                "{'id':1,'at':1,'x':[1,256]} | INVALID_VALUE | /x element 1 is 256; expected a whole number from 0 to 255",
                "{'id':1,'at':1,'x':[0.5,1]} | INVALID_VALUE | /x element 0 is 0.5; expected a whole number from 0 to 255",
                "{'id':1,'at':1,'x':[1,null]} | INVALID_VALUE | /x element 1 is null; expected a number",
                "{'id':1,'at':1,'x':[1,'2']} | INVALID_VALUE | /x element 1 is '2'; expected a number",
                "{'id':1,'x':[1,2]} | INVALID_VALUE | /at is missing or null; expected the event time",
                "{'id':1,'at':-1,'x':[1,2]} | INVALID_VALUE | /at is -1; expected the event time: whole milliseconds since 1970, or ISO 8601 with a zone such as 2026-01-31T12:00:00Z",
                "{'id':1,'at':'2026-01-31','x':[1,2]} | INVALID_VALUE | /at is '2026-01-31'; expected the event time: whole milliseconds since 1970, or ISO 8601 with a zone such as 2026-01-31T12:00:00Z",
                "{'id':1,'at':1,'x':[1,2],'meta':{'camera':[]}} | INVALID_VALUE | /meta/camera is a list of 0; expected an attribute, a single value"
            })
    void whatDoesNotMapIsSaidWithItsPathAndWhatWasFound(
            String json, DeadLetterReason reason, String sentence) {
        assertThatThrownBy(() -> sample(mapping(DType.U8, 2), json))
                .isInstanceOfSatisfying(
                        BadRecordException.class, bad -> assertThat(bad.reason()).isEqualTo(reason))
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource({"F32,1e39", "F16,65505", "F32,1e999", "F16,-1e5"})
    void aNumberThatItsTypeCannotHoldIsNotFinite(DType dtype, String number) {
        assertThatThrownBy(() -> features(mapping(dtype, 1), "[" + number + "]"))
                .isInstanceOfSatisfying(
                        BadRecordException.class,
                        bad -> assertThat(bad.reason()).isEqualTo(DeadLetterReason.NOT_FINITE))
                .hasMessageContaining("/x element 0 is ");
    }

    @Test
    void raggedListsAreRefused() {
        assertThatThrownBy(() -> features(mapping(DType.U8, 2, 2), "[[1,2],[3]]"))
                .hasMessage("/x is a list of 1 in dimension 1; expected 2 there for U8 [2, 2]");
        assertThatThrownBy(() -> features(mapping(DType.U8, 2, 2), "[[1,2],3]"))
                .hasMessage("/x is 3 in dimension 0; expected a list there for U8 [2, 2]");
    }

    @Test
    void anEventTimeMayBeTextWithAZone() {
        // When
        Sample sample =
                sample(mapping(DType.U8, 1), "{'id':1,'at':'2026-01-31T13:00:00+01:00','x':[1]}");

        // Then
        assertThat(sample.getEventTimeMillis()).isEqualTo(1_769_860_800_000L);
    }

    private static Optional<Label> label(SampleMapping mapping, String y) {
        return mapping.label(record("k"), tree("{'id':'a','at':5,'y':" + y + "}"), "orders");
    }

    @Test
    void aLabelIsAClassIndexOrANameFromTheList() {
        // Given
        SampleMapping byIndex = mapping(DType.U8, 1);
        SampleMapping byName = named(byIndex, "false", "true", "7");

        // When, Then
        assertThat(label(byIndex, "7")).contains(new Label("a", 7, null, "orders", 5L));
        assertThat(label(byIndex, "'7'")).contains(new Label("a", 7, null, "orders", 5L));
        assertThat(label(byName, "true")).contains(new Label("a", 1, null, "orders", 5L));
        assertThat(label(byName, "7")).contains(new Label("a", 2, null, "orders", 5L));
        assertThat(label(byIndex, "null")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-1 | /y is -1; expected a class's index of 0 or more; for names give them in classes",
                "1.5 | /y is 1.5; expected a class's index of 0 or more; for names give them in classes",
                "'cat' | /y is 'cat'; expected a class's index of 0 or more; for names give them in classes",
                "99999999999 | /y is 99999999999; expected a class's index of 0 or more; for names give them in classes",
                "[1] | /y is a list of 1; expected a class's index of 0 or more; for names give them in classes"
            })
    void whatIsNoClassIsOutOfRange(String y, String sentence) {
        assertThatThrownBy(() -> label(mapping(DType.U8, 1), y))
                .isInstanceOfSatisfying(
                        BadRecordException.class,
                        bad ->
                                assertThat(bad.reason())
                                        .isEqualTo(DeadLetterReason.CLASS_OUT_OF_RANGE))
                .hasMessage(sentence);
    }

    @Test
    void aNameThatIsNotInTheListIsOutOfRange() {
        assertThatThrownBy(() -> label(named(mapping(DType.U8, 1), "cat", "dog"), "'cow'"))
                .hasMessage("/y is 'cow'; expected one of the classes cat, dog");
    }
}
