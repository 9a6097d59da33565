package io.decant.pipeline.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.record.RecordCodec;
import io.decant.records.Alias;
import io.decant.records.TrustedRecords;
import io.decant.serde.WriterSchemas;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSignatureTest {
    private static final byte[] KEY = "digits/@live".getBytes(StandardCharsets.UTF_8);

    /** A later release's alias: a field that this release does not know stands in the middle. */
    private static final Schema LATER =
            SchemaBuilder.record("Alias")
                    .namespace("io.decant.records")
                    .fields()
                    .requiredString("model")
                    .requiredString("alias")
                    .requiredLong("version")
                    .requiredLong("sequence")
                    .requiredString("region")
                    .requiredString("signatureKeyId")
                    .requiredBytes("signature")
                    .endRecord();

    private static final WriterSchemas SCHEMAS =
            WriterSchemas.of(Map.of(1, Alias.getClassSchema(), 2, LATER));

    static {
        TrustedRecords.load();
    }

    @TempDir Path folder;

    @Test
    void aSignedRecordIsReadAsUsualAndBelieved() throws IOException {
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");
        byte[] wire = signed(made);

        assertThat(
                        verifier(SignaturePolicy.REQUIRE, made)
                                .problem(Topic.MODEL_REGISTRY, KEY, wire, made.id()))
                .isEmpty();
        assertThat(
                        RecordCodec.reading(Topics.DEFAULT, SCHEMAS)
                                .decode(Topic.MODEL_REGISTRY, wire, Alias.class))
                .extracting("value.version", "value.signatureKeyId", "value.signature")
                .containsExactly(41L, made.id(), ByteBuffer.wrap(wire, wire.length - 64, 64));
    }

    @Test
    void noBitCanBeFlippedAnywhere() throws IOException {
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");
        byte[] wire = signed(made);
        RecordVerifier verifier = verifier(SignaturePolicy.REQUIRE, made);

        // The header's id is not covered: it names the schema, which is.
        for (int bit = 5 * 8; bit < wire.length * 8; bit++) {
            byte[] flipped = wire.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);

            assertThat(verifier.problem(Topic.MODEL_REGISTRY, KEY, flipped, made.id()))
                    .as("bit " + bit)
                    .isPresent();
        }
    }

    @Test
    void aRecordUnderAnotherKeyTopicOrSchemaIsNotBelieved() throws IOException {
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");
        byte[] wire = signed(made);
        RecordVerifier verifier = verifier(SignaturePolicy.REQUIRE, made);
        byte[] otherSchema = wire.clone();
        otherSchema[4] = 2;

        assertThat(
                        verifier.problem(
                                Topic.MODEL_REGISTRY,
                                "other/@live".getBytes(StandardCharsets.UTF_8),
                                wire,
                                made.id()))
                .hasValue("its signature with key " + made.id() + " is not valid");
        assertThat(verifier.problem(Topic.CONTROL, KEY, wire, made.id())).isPresent();
        assertThat(verifier.problem(Topic.MODEL_REGISTRY, KEY, otherSchema, made.id())).isPresent();
    }

    @Test
    void aRecordOfALaterReleaseIsVerifiedWithFieldsThatThisOneDoesNotKnow() throws IOException {
        // Given a record whose schema has one more field
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");
        GenericRecord later = new GenericData.Record(LATER);
        later.put("model", "digits");
        later.put("alias", "@live");
        later.put("version", 41L);
        later.put("sequence", 42L);
        later.put("region", "north");
        later.put("signatureKeyId", made.id());
        later.put("signature", ByteBuffer.allocate(0));
        byte[] unsigned =
                wire(2, out -> new GenericDatumWriter<GenericRecord>(LATER).write(later, out));

        // When it is signed as the later release would
        SigningKey key = SigningKey.read(made.privateFile());
        byte[] wire =
                SignedBytes.signed(
                        unsigned,
                        key.sign(SignedBytes.message(Topic.MODEL_REGISTRY, KEY, LATER, unsigned)));

        // Then this release believes it, and Avro reads the signature where it stands
        assertThat(
                        verifier(SignaturePolicy.REQUIRE, made)
                                .problem(Topic.MODEL_REGISTRY, KEY, wire, made.id()))
                .isEmpty();
        GenericRecord read =
                new GenericDatumReader<GenericRecord>(LATER)
                        .read(
                                null,
                                DecoderFactory.get().binaryDecoder(wire, 5, wire.length - 5, null));
        assertThat(((ByteBuffer) read.get("signature")).remaining()).isEqualTo(64);
    }

    @Test
    void unsignedRecordsAndUnknownKeysAreBelievedOnlyWhenNothingIsRequired() throws IOException {
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");
        KeyPairs.Made stranger = KeyPairs.generate(folder, "stranger");
        byte[] unsigned = unsigned("");
        byte[] foreign = signed(stranger);

        RecordVerifier strict = verifier(SignaturePolicy.REQUIRE, made);
        assertThat(strict.problem(Topic.MODEL_REGISTRY, KEY, unsigned, ""))
                .hasValueSatisfying(reason -> assertThat(reason).contains("it is not signed"));
        assertThat(strict.problem(Topic.MODEL_REGISTRY, KEY, foreign, stranger.id()))
                .hasValueSatisfying(
                        reason ->
                                assertThat(reason)
                                        .contains(stranger.id(), made.id(), "not trusted"));
        RecordVerifier lenient = verifier(SignaturePolicy.ACCEPT, made);
        assertThat(lenient.problem(Topic.MODEL_REGISTRY, KEY, unsigned, "")).isEmpty();
        assertThat(lenient.problem(Topic.MODEL_REGISTRY, KEY, foreign, stranger.id())).isEmpty();
    }

    @Test
    void bothKeysOfARotationAreBelieved() throws IOException {
        KeyPairs.Made old = KeyPairs.generate(folder, "2026");
        KeyPairs.Made next = KeyPairs.generate(folder, "2027");
        RecordVerifier verifier =
                new RecordVerifier(
                        SignaturePolicy.REQUIRE,
                        TrustedKeys.read(List.of(old.publicFile(), next.publicFile())),
                        SCHEMAS);

        assertThat(verifier.problem(Topic.MODEL_REGISTRY, KEY, signed(old), old.id())).isEmpty();
        assertThat(verifier.problem(Topic.MODEL_REGISTRY, KEY, signed(next), next.id())).isEmpty();
        assertThat(verifier.problem(Topic.MODEL_REGISTRY, KEY, signed(old), next.id())).isPresent();
    }

    @Test
    void anyBytesAreRefusedWithAReasonAndNeverFail() throws IOException {
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");
        RecordVerifier verifier = verifier(SignaturePolicy.REQUIRE, made);
        Random random = new Random(3);

        for (int run = 0; run < 2000; run++) {
            byte[] wire = new byte[5 + random.nextInt(200)];
            random.nextBytes(wire);
            wire[1] = wire[2] = wire[3] = 0;
            wire[4] = 1;
            assertThat(verifier.problem(Topic.MODEL_REGISTRY, KEY, wire, made.id())).isPresent();
        }
    }

    @Test
    void aPrivateKeyIsReadByItsOwnerAloneAndNeverOverwritten() throws IOException {
        KeyPairs.Made made = KeyPairs.generate(folder.resolve("keys"), "trainer");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made.privateFile())))
                .isEqualTo("rw-------");
        assertThat(SigningKey.read(made.privateFile()).id()).isEqualTo(made.id());
        assertThat(Files.readString(made.publicFile())).doesNotContain("PRIVATE");
        assertThatThrownBy(() -> KeyPairs.generate(folder.resolve("keys"), "trainer"))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void aFileThatHoldsNoKeyIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("note.pem"), "hello");
        KeyPairs.Made made = KeyPairs.generate(folder, "trainer");

        assertThatThrownBy(() -> TrustedKeys.read(List.of(file)))
                .isInstanceOf(KeyFileException.class)
                .hasMessage(
                        file
                                + " holds no 'PUBLIC KEY'; expected a file that decant keys generate wrote");
        assertThatThrownBy(() -> SigningKey.read(made.publicFile()))
                .hasMessageContaining("holds no 'PRIVATE KEY'");
        assertThatThrownBy(() -> SigningKey.read(folder.resolve("none.pem")))
                .hasMessageContaining("cannot be read (NoSuchFileException)");
    }

    private RecordVerifier verifier(SignaturePolicy policy, KeyPairs.Made trusted) {
        return new RecordVerifier(policy, TrustedKeys.read(List.of(trusted.publicFile())), SCHEMAS);
    }

    private static byte[] signed(KeyPairs.Made by) {
        byte[] unsigned = unsigned(by.id());
        return SignedBytes.signed(
                unsigned,
                SigningKey.read(by.privateFile())
                        .sign(
                                SignedBytes.message(
                                        Topic.MODEL_REGISTRY,
                                        KEY,
                                        Alias.getClassSchema(),
                                        unsigned)));
    }

    private static byte[] unsigned(String keyId) {
        Alias alias =
                Alias.newBuilder()
                        .setModel("digits")
                        .setAlias("@live")
                        .setVersion(41)
                        .setSequence(42)
                        .setSignatureKeyId(keyId)
                        .build();
        return wire(1, out -> new SpecificDatumWriter<>(Alias.class).write(alias, out));
    }

    private interface Body {
        void write(BinaryEncoder out) throws IOException;
    }

    private static byte[] wire(int schemaId, Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 0, 0, 0, (byte) schemaId});
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            body.write(encoder);
            encoder.flush();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }
}
