package io.decant.gateway.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastGoodFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "no JSON",
                "{\"type\": \"nothing\"}",
                "{\"type\": \"record\", \"name\": \"R\", \"fields\":"
                        + " [{\"name\": \"f\", \"type\": \"int\", \"default\": \"text\"}]}",
                "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\"], \"default\": \"B\"}"
            })
    void aSchemaThatAvroDoesNotTakeIsADamagedFile(String schema) throws IOException {
        // Given
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(file)) {
            for (String name : List.of("manifest.avro", "manifest.avsc", "model.safetensors")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(schema.getBytes(StandardCharsets.UTF_8));
            }
        }

        // Then the gateway's start hears of it as of any other damage
        assertThatThrownBy(() -> LastGoodFile.of(file.toByteArray(), 1 << 20))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("manifest.avsc is no Avro schema");
    }
}
