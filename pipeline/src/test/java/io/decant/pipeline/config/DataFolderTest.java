package io.decant.pipeline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir private Path folder;

    @Test
    void aMissingFolderIsMadeWithItsParents() {
        // When
        DataFolder.make("the gateway", "data-dir", folder.resolve("a/b"));
        // Then
        assertThat(folder.resolve("a/b")).isDirectory();
    }

    @Test
    void aFileInItsPlaceIsNamedWithTheSetting() throws IOException {
        // Given
        Path file = Files.createFile(folder.resolve("file"));
        // When, Then
        assertThatThrownBy(() -> DataFolder.make("the gateway", "data-dir", file.resolve("in")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("data-dir " + file.resolve("in") + " cannot be made");
    }
}
