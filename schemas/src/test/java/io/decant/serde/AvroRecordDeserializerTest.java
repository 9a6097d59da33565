package io.decant.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.decant.records.DType;
import io.decant.records.DeadLetterReason;
import io.decant.records.Examples;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.records.TrainingPair;
import io.decant.serde.testing.FakeRegistry;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroRecordDeserializerTest {
    private final FakeRegistry registry = FakeRegistry.start();
    private final AvroRecordSerializer serializer = new AvroRecordSerializer();
    private final AvroRecordDeserializer deserializer = new AvroRecordDeserializer();

    @BeforeEach
    void configure() {
        Map<String, String> properties =
                Map.of(
                        "schema.registry.url",
                        registry.url(),
                        "schema.registry.request.timeout.ms",
                        "20000");
        serializer.configure(properties, false);
        deserializer.configure(properties, false);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void bytesCutAnywhereAreABadRecord() {
        // Given
        byte[] whole = serializer.serialize("t", Examples.trainingPair());

        // Then
        assertThat(IntStream.range(0, whole.length))
                .allSatisfy(
                        length ->
                                assertRefused(
                                        Arrays.copyOf(whole, length),
                                        DeadLetterReason.UNDECODABLE));
    }

    @Test
    void garbageIsABadRecordWhateverItIs() {
        // Given: the id of a known schema, then noise
        byte[] whole = serializer.serialize("t", Examples.trainingPair());
        Random random = new Random(17);

        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[5 + random.nextInt(200)];
            random.nextBytes(noise);
            System.arraycopy(whole, 0, noise, 0, 5);

            assertRefused(noise, DeadLetterReason.UNDECODABLE);
        }
    }

    @Test
    void aLengthBeyondTheRecordTakesNoMemory() {
        // Given: a label whose name claims 1 GB (zigzag of 2^30 in groups of seven bits)
        byte[] label = serializer.serialize("t", Examples.label());
        ByteBuffer huge = ByteBuffer.allocate(5 + 5 + 10);
        huge.put(label, 0, 5)
                .put(new byte[] {(byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 8});

        assertRefused(huge.array(), DeadLetterReason.UNDECODABLE);
    }

    @Test
    void bytesAfterTheRecordAreABadRecord() {
        byte[] whole = serializer.serialize("t", Examples.label());

        assertThatThrownBy(
                        () -> deserializer.deserialize("t", Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("bytes are left after the Label of schema id 1");
    }

    @Test
    void anotherFormatIsABadRecord() {
        assertThatThrownBy(() -> deserializer.deserialize("t", "{\"a\": 1}".getBytes(UTF_8)))
                .isInstanceOf(BadRecordException.class)
                .hasMessage(
                        "the value is not in the Avro wire format; expected a zero byte and a 4-byte schema id before Avro binary, found first byte 123");
    }

    @Test
    void anIdThatTheRegistryDoesNotKnowIsABadRecord() {
        assertRefused(new byte[] {0, 0, 0, 1, 44, 0}, DeadLetterReason.UNKNOWN_SCHEMA);
        assertThat(registry.asked()).hasSize(1);
    }

    @Test
    void a404OfAnotherServerSaysNothingAboutTheRecord() {
        // Given
        registry.alwaysAnswer(404, "<html>no such page</html>");

        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 0}))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("is not JSON; check that schema.registry.url");
    }

    @Test
    void aRegistryInTroubleIsNoFaultOfTheRecord() {
        // Given
        registry.alwaysAnswer(500, "{\"error_code\":50001,\"message\":\"store error\"}");

        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 0}))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("answered 500")
                .hasMessageContaining("store error");
    }

    @Test
    void aRegistryThatRecoversIsAskedAgain() {
        // Given
        byte[] bytes = serializer.serialize("t", Examples.label());
        AvroRecordDeserializer impatient = new AvroRecordDeserializer();
        try (FakeRegistry other = FakeRegistry.start()) {
            impatient.configure(
                    Map.of("schema.registry.url", other.url() + "," + registry.url()), false);
            other.alwaysAnswer(503, "{}");

            // Then
            assertThat(impatient.deserialize("t", bytes)).isEqualTo(Examples.label());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "java.io.File",
                "io.decant.records.Span",
                "io.decant.serde.AvroRecordSerializer"
            })
    void onlyTheRecordsOfTopicsAreMade(String name) {
        // Given
        int id = registry.register("t-value", SchemaBuilder.record(name).fields().endRecord());

        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, (byte) id}))
                .isInstanceOf(BadRecordException.class)
                .hasMessage("schema id 1 is of " + name + ", which is none of Decant's records");
    }

    @Test
    void aWritersSchemaNamesNoClassForItsTexts() {
        // Given: Avro can make any class with a constructor from text, if the schema asks for it
        String text = "{\"type\":\"string\",\"java-class\":\"" + Tripwire.class.getName() + "\"}";
        String label =
                PlainSchema.of(Label.getClassSchema())
                        .toString()
                        .replace("\"type\":\"string\"", "\"type\":" + text);
        int id = registry.register("t-value", new Schema.Parser().parse(label));
        byte[] bytes = serializer.serialize("u", Examples.label());
        bytes[4] = (byte) id;

        // When
        Object value = deserializer.deserialize("t", bytes);

        // Then
        assertThat(label).contains("Tripwire");
        assertThat(value).isEqualTo(Examples.label());
    }

    /** Must never be made. */
    static final class Tripwire {
        Tripwire(String text) {
            throw new AssertionError("a schema made a class: " + text);
        }
    }

    @Test
    void aSchemaOfAnotherKindIsABadRecord() {
        // Given
        registry.alwaysAnswer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"message A {}\"}");

        assertThatThrownBy(() -> deserializer.deserialize("t", new byte[] {0, 0, 0, 0, 1, 0}))
                .isInstanceOfSatisfying(
                        BadRecordException.class,
                        bad -> assertThat(bad.reason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA))
                .hasMessageContaining("it is a PROTOBUF schema");
    }

    @Test
    void aSymbolOfALaterVersionIsReadAsUnknown() {
        // Given: a producer whose dtype enum has one symbol more, and uses it
        String later =
                PlainSchema.of(Sample.getClassSchema())
                        .toString()
                        .replace("\"U8\",\"F32\"", "\"BF16\",\"F32\"");
        int id = registry.register("t-value", new Schema.Parser().parse(later));
        byte[] bytes = serializer.serialize("u", Examples.sample());
        bytes[4] = (byte) id;

        // When
        Sample value = (Sample) deserializer.deserialize("t", bytes);

        // Then
        assertThat(later).contains("BF16");
        assertThat(value.getFeatures().getDtype()).isEqualTo(DType.UNKNOWN);
    }

    @Test
    void aSchemaThatCannotBeResolvedIsABadRecord() {
        // Given
        int id =
                registry.register(
                        "t-value",
                        SchemaBuilder.record(TrainingPair.class.getName()).fields().endRecord());

        assertRefused(new byte[] {0, 0, 0, 0, (byte) id}, DeadLetterReason.UNDECODABLE);
    }

    private void assertRefused(byte[] bytes, DeadLetterReason reason) {
        Throwable thrown = catchThrowable(() -> deserializer.deserialize("t", bytes));
        assertThat(thrown).isInstanceOf(BadRecordException.class);
        assertThat(((BadRecordException) thrown).reason()).isEqualTo(reason);
    }
}
