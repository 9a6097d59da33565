package io.decant.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.records.Alias;
import io.decant.records.Examples;
import io.decant.records.MetricPoint;
import io.decant.records.OffsetRange;
import io.decant.records.TrainingPair;
import io.decant.serde.testing.FakeRegistry;
import io.decant.serde.testing.FakeRegistry.Asked;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroRecordSerializerTest {
    private final FakeRegistry registry = FakeRegistry.start();

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void aValueIsAZeroByteTheSchemaIdAndAvroBinary() {
        // Given
        registry.register("other", SchemaBuilder.builder().stringType());

        // When
        byte[] bytes = serializer(Map.of()).serialize("t", new OffsetRange("t", 3, 5L, 300L));

        // Then
        assertThat(bytes).containsExactly(0, 0, 0, 0, 2, 0x02, 't', 0x06, 0x0a, 0xd8, 0x04);
    }

    @ParameterizedTest
    @MethodSource("io.decant.records.Examples#topicRecords")
    void whatIsWrittenIsReadAgain(SpecificRecord value) {
        // Given
        AvroRecordSerializer serializer = serializer(Map.of());
        AvroRecordDeserializer deserializer = deserializer();

        // When
        byte[] bytes = serializer.serialize("t", value);

        // Then
        assertThat(deserializer.deserialize("t", bytes)).isEqualTo(value);
        assertThat(deserializer.deserialize("t", serializer.serialize("t", value)))
                .as("the same reader and writer a second time")
                .isEqualTo(value);
    }

    @Test
    void nothingStaysNothing() {
        assertThat(serializer(Map.of()).serialize("t", null)).isNull();
        assertThat(deserializer().deserialize("t", null)).isNull();
    }

    @Test
    void theRegistryIsAskedOnceForEachTopicAndSchema() {
        // Given
        AvroRecordSerializer serializer = serializer(Map.of());

        // When
        for (int i = 0; i < 3; i++) {
            serializer.serialize("a", Examples.alias());
            serializer.serialize("b", Examples.alias());
        }

        // Then
        assertThat(registry.asked())
                .extracting(Asked::question)
                .containsExactly(
                        "POST /subjects/a-value/versions", "POST /subjects/b-value/versions");
    }

    @Test
    void twoRecordsInOneTopicKeepTheirOwnSchemas() {
        // Given
        AvroRecordSerializer serializer = serializer(Map.of());
        AvroRecordDeserializer deserializer = deserializer();

        // When
        byte[] alias = serializer.serialize("t", Examples.alias());
        byte[] point = serializer.serialize("t", Examples.metricPoint());

        // Then
        assertThat(deserializer.deserialize("t", alias)).isInstanceOf(Alias.class);
        assertThat(deserializer.deserialize("t", point)).isInstanceOf(MetricPoint.class);
    }

    @Test
    void schemasAreRegisteredAsTheirFilesSay() {
        // When
        serializer(Map.of()).serialize("t", Examples.alias());

        // Then
        assertThat(registry.register("t-value", PlainSchema.of(Alias.getClassSchema())))
                .as("id of the schema without Java's own properties")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void subjectsAreNamedByTheStrategy(String strategy, String subject) {
        // When
        serializer(Map.of("value.subject.name.strategy", strategy))
                .serialize("t", Examples.alias());

        // Then
        assertThat(registry.asked())
                .extracting(Asked::question)
                .containsExactly("POST /subjects/" + subject + "/versions");
    }

    static Object[][] strategies() {
        String confluent = "io.confluent.kafka.serializers.subject.";
        return new Object[][] {
            {"TopicNameStrategy", "t-value"},
            {confluent + "TopicNameStrategy", "t-value"},
            {confluent + "RecordNameStrategy", "io.decant.records.Alias"},
            {confluent + "TopicRecordNameStrategy", "t-io.decant.records.Alias"},
        };
    }

    @Test
    void withoutAutoRegisterASchemaIsOnlyLookedUp() {
        // Given
        registry.register("other", SchemaBuilder.builder().stringType());
        registry.register("t-value", PlainSchema.of(Alias.getClassSchema()));

        // When
        byte[] bytes =
                serializer(Map.of("auto.register.schemas", "false"))
                        .serialize("t", Examples.alias());

        // Then
        assertThat(bytes).startsWith(0, 0, 0, 0, 2);
        assertThat(registry.asked())
                .extracting(Asked::question)
                .containsExactly("POST /subjects/t-value");
    }

    @Test
    void withoutAutoRegisterAnUnknownSchemaIsRefused() {
        AvroRecordSerializer serializer = serializer(Map.of("auto.register.schemas", "false"));

        assertThatThrownBy(() -> serializer.serialize("t", Examples.alias()))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        refused -> assertThat(refused.saysNotFound()).isTrue())
                .hasMessageContaining("POST " + registry.url() + "/subjects/t-value")
                .hasMessageContaining("Schema not found");
    }

    @Test
    void theLatestSchemaIsWrittenFieldByNameAndNotByPosition() throws Exception {
        // Given: other order, one field less, one more with a default
        Schema latest =
                SchemaBuilder.record("io.decant.records.OffsetRange")
                        .fields()
                        .requiredLong("to")
                        .name("note")
                        .type()
                        .stringType()
                        .stringDefault("none")
                        .requiredLong("from")
                        .requiredInt("partition")
                        .endRecord();
        registry.register("t-value", latest);

        // When
        byte[] bytes =
                serializer(Map.of("use.latest.version", "true"))
                        .serialize("t", new OffsetRange("t", 3, 5L, 300L));

        // Then
        var decoder = DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null);
        GenericRecord written = new GenericDatumReader<GenericRecord>(latest).read(null, decoder);
        assertThat(written.get("partition")).isEqualTo(3);
        assertThat(written.get("from")).isEqualTo(5L);
        assertThat(written.get("to")).isEqualTo(300L);
        assertThat(written.get("note")).hasToString("none");
        assertThat(registry.asked())
                .extracting(Asked::question)
                .containsExactly("GET /subjects/t-value/versions/latest");
    }

    @Test
    void aLatestSchemaThatCannotHoldTheRecordIsRefused() {
        // Given
        registry.register(
                "t-value",
                SchemaBuilder.record("io.decant.records.OffsetRange")
                        .fields()
                        .requiredLong("unheardOf")
                        .endRecord());
        AvroRecordSerializer serializer = serializer(Map.of("use.latest.version", "true"));

        assertThatThrownBy(() -> serializer.serialize("t", Examples.offsetRange(0)))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining(
                        "cannot be written with the latest schema of subject t-value (id 1)");
    }

    @Test
    void userAndPasswordComeFromTheirKey() {
        // When
        serializer(
                        Map.of(
                                "basic.auth.credentials.source", "USER_INFO",
                                "basic.auth.user.info", "user:pass word"))
                .serialize("t", Examples.alias());

        // Then: base64 of user:pass word
        assertThat(registry.asked())
                .extracting(Asked::authorization)
                .containsExactly("Basic dXNlcjpwYXNzIHdvcmQ=");
    }

    @Test
    void userAndPasswordComeFromTheAddress() {
        // When
        serializer(
                        Map.of(
                                "schema.registry.url",
                                registry.url().replace("//", "//user:pass%20word@")))
                .serialize("t", Examples.alias());

        // Then
        assertThat(registry.asked())
                .extracting(Asked::authorization)
                .containsExactly("Basic dXNlcjpwYXNzIHdvcmQ=");
    }

    @Test
    void theNextAddressIsAskedWhenOneIsDown() {
        // Given
        String gone = goneAddress();

        // When
        byte[] bytes =
                serializer(Map.of("schema.registry.url", gone + ", " + registry.url()))
                        .serialize("t", Examples.alias());

        // Then
        assertThat(bytes).startsWith(0, 0, 0, 0, 1);
    }

    @Test
    void aRegistryThatIsDownIsNoFaultOfTheRecord() {
        // Given
        String gone = goneAddress();
        AvroRecordSerializer serializer = serializer(Map.of("schema.registry.url", gone));

        assertThatThrownBy(() -> serializer.serialize("t", Examples.alias()))
                .isInstanceOf(RegistryException.class)
                .hasMessage(
                        "the schema registry at "
                                + gone
                                + " cannot be reached (ConnectException); start it or correct schema.registry.url");
    }

    @Test
    void aRecordWithAMissingFieldIsRefusedByName() {
        // Given
        Alias alias = Examples.alias();
        alias.setModel(null);

        assertThatThrownBy(() -> serializer(Map.of()).serialize("t", alias))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("a Alias for topic t cannot be written")
                .hasMessageContaining("model");
    }

    @Test
    void aRefusedRecordLeavesNothingBehind() {
        // Given
        AvroRecordSerializer serializer = serializer(Map.of());
        byte[] expected = serializer.serialize("t", Examples.trainingPair());
        TrainingPair broken = Examples.trainingPair();
        broken.setAttributes(null);

        // When
        assertThatThrownBy(() -> serializer.serialize("t", broken))
                .isInstanceOf(SerializationException.class);

        // Then
        assertThat(serializer.serialize("t", Examples.trainingPair())).isEqualTo(expected);
    }

    @Test
    void somethingElseThanARecordIsRefused() {
        assertThatThrownBy(() -> serializer(Map.of()).serialize("t", "text"))
                .isInstanceOf(SerializationException.class)
                .hasMessage(
                        "a value for topic t must be a generated Avro record, was java.lang.String");
    }

    private static String goneAddress() {
        try (FakeRegistry gone = FakeRegistry.start()) {
            return gone.url();
        }
    }

    private AvroRecordSerializer serializer(Map<String, String> extra) {
        AvroRecordSerializer serializer = new AvroRecordSerializer();
        Map<String, String> properties = new HashMap<>();
        properties.put("schema.registry.url", registry.url());
        properties.put("schema.registry.request.timeout.ms", "60000");
        properties.putAll(extra);
        serializer.configure(properties, false);
        return serializer;
    }

    private AvroRecordDeserializer deserializer() {
        AvroRecordDeserializer deserializer = new AvroRecordDeserializer();
        deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
        return deserializer;
    }
}
