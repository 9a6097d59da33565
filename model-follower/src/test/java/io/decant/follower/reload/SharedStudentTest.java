package io.decant.follower.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SharedStudentTest {
    private final WatchedStudent student = new WatchedStudent();
    private final SharedStudent shared = new SharedStudent(student);

    @Test
    void theLastOneWhoLetsGoFreesIt() {
        // Given two holders
        assertThat(shared.hold()).isTrue();
        // When
        shared.letGo();
        // Then
        assertThat(student.frees()).isZero();
        shared.letGo();
        assertThat(student.frees()).isEqualTo(1);
    }

    @Test
    void whatIsFreedCannotBeHeldAgain() {
        // Given
        shared.letGo();
        // When, then
        assertThat(shared.hold()).isFalse();
        assertThat(shared.hold()).isFalse();
        assertThat(student.frees()).isEqualTo(1);
    }

    @Test
    void lettingGoTooOftenIsABug() {
        // Given
        shared.letGo();
        // When, then
        assertThatThrownBy(shared::letGo)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more often than it was held");
        assertThat(student.frees()).isEqualTo(1);
    }
}
