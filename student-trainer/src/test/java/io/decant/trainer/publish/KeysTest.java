package io.decant.trainer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeysTest {
    @ParameterizedTest
    @CsvSource({
        "student/12, 12",
        "student/@live, -1",
        "student2/12, -1",
        "teacher/t, -1",
        "student/1x, -1"
    })
    void aManifestIsToldFromAliasesAndOtherModelsByItsKey(String key, long version) {
        // When, Then
        assertThat(Keys.versionOf("student", Keys.bytes(key)).orElse(-1)).isEqualTo(version);
    }
}
