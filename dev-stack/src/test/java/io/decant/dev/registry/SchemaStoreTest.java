package io.decant.dev.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.dev.registry.LogEntry.CompatibilitySet;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaStoreTest {
    private final SchemaStore store = new SchemaStore(Compatibility.BACKWARD);
    private final Registrations registrations = new Registrations(store);
    private final Deletions deletions = new Deletions(store);

    private <T> T make(SchemaStore.Decision<T> decision) {
        decision.entries().forEach(store::apply);
        return decision.answer();
    }

    private int register(String subject, Schema schema) {
        return make(registrations.register(subject, SchemaRequest.of(schema.toString()))).id();
    }

    /** A record with these fields; one that ends with '?' has a default. */
    private static Schema withFields(String... names) {
        StringBuilder fields = new StringBuilder();
        for (String name : names) {
            boolean hasDefault = name.endsWith("?");
            fields.append(fields.isEmpty() ? "" : ",")
                    .append("{\"name\":\"")
                    .append(hasDefault ? name.substring(0, name.length() - 1) : name)
                    .append("\",\"type\":\"int\"")
                    .append(hasDefault ? ",\"default\":0}" : "}");
        }
        return new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[" + fields + "]}");
    }

    @Test
    void oneTextHasOneIdInAllSubjects() {
        // Given
        Schema one = withFields("a");
        Schema two = withFields("b");

        // When / Then
        assertThat(register("s", one)).isEqualTo(1);
        assertThat(register("t", two)).isEqualTo(2);
        assertThat(register("t-2", one)).isEqualTo(1);
        assertThat(store.usesOf(1, Shown.LIVE))
                .extracting(SchemaVersion::subject)
                .contains("s", "t-2");
    }

    @Test
    void registeringAnExistingSchemaWritesNothing() {
        // Given
        register("s", withFields("a"));

        // When
        SchemaStore.Decision<SchemaVersion> again =
                registrations.register("s", SchemaRequest.of(withFields("a").toString()));

        // Then
        assertThat(again.entries()).isEmpty();
        assertThat(again.answer().id()).isEqualTo(1);
    }

    /** Two earlier versions: {a}, {a, b?}. Non-transitive levels look at the second only. */
    @ParameterizedTest
    @CsvSource({
        // level,               candidate, allowed
        "NONE,                  x,         true",
        "BACKWARD,              a b,       true",
        "BACKWARD,              a b c,     false",
        "BACKWARD,              b,         true",
        "BACKWARD_TRANSITIVE,   a b,       false",
        "BACKWARD_TRANSITIVE,   a b? c?,   true",
        "FORWARD,               a b c,     true",
        "FORWARD,               a,         true",
        "FORWARD,               b,         false",
        "FORWARD_TRANSITIVE,    a b c,     true",
        "FORWARD_TRANSITIVE,    b?,        false",
        "FULL,                  a b,       true",
        "FULL,                  a b c,     false",
        "FULL_TRANSITIVE,       a b,       false",
        "FULL_TRANSITIVE,       a c?,      true",
    })
    void eachLevelAllowsWhatItPromises(Compatibility level, String candidate, boolean allowed) {
        // Given
        register("s", withFields("a"));
        register("s", withFields("a", "b?"));
        store.apply(new CompatibilitySet(Optional.of("s"), Optional.of(level)));

        // When
        List<String> violations =
                registrations.violations(
                        "s", SchemaRequest.of(withFields(candidate.split(" ")).toString()));

        // Then
        assertThat(violations.isEmpty()).as("%s", violations).isEqualTo(allowed);
    }

    @Test
    void aRefusedSchemaLeavesNoTrace() {
        // Given
        register("s", withFields("a"));

        // When / Then
        assertThatThrownBy(() -> register("s", withFields("a", "b")))
                .isInstanceOfSatisfying(
                        RegistryError.class, error -> assertThat(error.status()).isEqualTo(409))
                .hasMessageContainingAll("subject \"s\"", "READER_FIELD_MISSING_DEFAULT_VALUE");
        assertThat(store.versions("s", Shown.ALL)).hasSize(1);
    }

    @Test
    void aSoftDeletedSchemaIsStillFoundByIdAndComesBackAsANewVersion() {
        // Given
        register("s", withFields("a"));

        // When
        List<Integer> deleted = make(deletions.deleteSubject("s", false));

        // Then
        assertThat(deleted).containsExactly(1);
        assertThat(store.subjects(Shown.LIVE)).isEmpty();
        assertThat(store.byId(1).schema()).isEqualTo(withFields("a").toString());
        assertThat(register("s", withFields("a"))).isEqualTo(1);
        assertThat(store.versions("s", Shown.LIVE))
                .extracting(SchemaVersion::version)
                .containsExactly(2);
    }

    @Test
    void theIdOfASchemaDeletedForGoodIsNotGivenAgain() {
        // Given
        register("s", withFields("a"));
        make(deletions.deleteSubject("s", false));
        make(deletions.deleteSubject("s", true));

        // When
        int next = register("s", withFields("b"));

        // Then
        assertThat(next).isEqualTo(2);
        assertThatThrownBy(() -> store.byId(1)).isInstanceOf(RegistryError.class);
    }

    @Test
    void onlyASubjectDeletedForGoodForgetsItsLevel() {
        // Given
        register("s", withFields("a"));
        make(store.settings().setLevel(Optional.of("s"), Optional.of(Compatibility.NONE)));

        // When
        make(deletions.deleteSubject("s", false));
        Optional<Compatibility> afterTheSoftOne = store.settings().level("s");
        make(deletions.deleteSubject("s", true));

        // Then
        assertThat(afterTheSoftOne).contains(Compatibility.NONE);
        assertThat(store.settings().level("s")).isEmpty();
    }

    @Test
    void aReadOnlySubjectRefusesWritesUntilItIsOpenedAgain() {
        // Given
        make(store.settings().setMode(Optional.of("s"), Optional.of(Mode.READONLY)));

        // When / Then
        assertThatThrownBy(() -> register("s", withFields("a")))
                .isInstanceOfSatisfying(
                        RegistryError.class, error -> assertThat(error.code()).isEqualTo(42_205));
        make(store.settings().setMode(Optional.of("s"), Optional.of(Mode.READWRITE)));
        assertThat(register("s", withFields("a"))).isEqualTo(1);
    }
}
