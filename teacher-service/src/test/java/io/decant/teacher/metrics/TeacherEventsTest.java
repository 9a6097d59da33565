package io.decant.teacher.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.records.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class TeacherEventsTest {
    private final TeacherEvents events = new TeacherEvents();

    private void happened(int number) {
        events.happened(new Event("ladder", "normal", (double) number, 0, (long) number, ""));
    }

    private List<Double> told() {
        return events.tell().stream().map(Event::getSize).toList();
    }

    @Test
    void severalReportsOfOneCommitTellAnEventOnce() {
        // Given
        happened(1);

        // When
        List<Double> first = told();
        happened(2);
        List<Double> second = told();
        List<Double> third = told();
        events.committed();

        // Then
        assertThat(first).containsExactly(1.0);
        assertThat(second).containsExactly(2.0);
        assertThat(third).isEmpty();
        assertThat(told()).isEmpty();
        assertThat(events.count()).isEqualTo(2);
    }

    @Test
    void whatWasNotCommittedIsToldAgain() {
        // Given one event that is committed, and two whose reports are given up
        happened(1);
        told();
        events.committed();
        happened(2);
        told();
        happened(3);
        told();

        // When
        events.givenUp();

        // Then
        assertThat(told()).containsExactly(2.0, 3.0);
    }

    @Test
    void whatHappensBetweenReportAndCommitIsToldAfterIt() {
        // Given
        happened(1);
        told();
        happened(2);

        // When
        events.committed();

        // Then
        assertThat(told()).containsExactly(2.0);
    }

    @Test
    void theOldestMakeRoom() {
        // Given 102 events, of which two were told
        happened(0);
        happened(1);
        told();

        // When
        for (int number = 2; number < 102; number++) {
            happened(number);
        }

        // Then
        assertThat(told()).hasSize(100).startsWith(2.0).endsWith(101.0);
    }
}
