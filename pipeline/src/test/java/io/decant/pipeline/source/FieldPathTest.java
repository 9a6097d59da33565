package io.decant.pipeline.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPathTest {
    private static final Object TREE =
            new JsonTrees()
                    .read(
                            "{\"a\":{\"b\":[10,{\"c\":11}]},\"\":12,\"x/y\":13,\"m~n\":14,\"none\":null}"
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));

    /** The examples of RFC 6901, section 5, as far as they have a place here. */
    @ParameterizedTest
    @CsvSource({"/a/b/0,10", "/a/b/1/c,11", "/,12", "/x~1y,13", "/m~0n,14"})
    void aPointerLeadsToItsValue(String pointer, int value) {
        assertThat(FieldPath.parse(pointer).find(TREE)).contains(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/b", "/a/c", "/a/b/2", "/a/b/01", "/a/b/-", "/none", "/none/x"})
    void aPlaceWithoutAValueIsEmpty(String pointer) {
        assertThat(FieldPath.parse(pointer).find(TREE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a/b", "/a~2", "$.a"})
    void otherTextsAreNoPointers(String text) {
        assertThatThrownBy(() -> FieldPath.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "must be a JSON Pointer such as /features or /body/features, was '"
                                + text
                                + "'");
    }

    @Test
    void aPathIsWrittenAsItIsRead() {
        // Given
        FieldPath path = FieldPath.of("x/y", "m~n", "");

        // When, Then
        assertThat(path).hasToString("/x~1y/m~0n/");
        assertThat(FieldPath.parse(path.toString())).isEqualTo(path);
        assertThat(path.find(Map.of("x/y", Map.of("m~n", Map.of("", List.of())))))
                .contains(List.of());
    }
}
