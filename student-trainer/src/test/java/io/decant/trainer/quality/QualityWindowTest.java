package io.decant.trainer.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.trainer.quality.Quality.Recall;
import io.decant.trainer.quality.Quality.Slice;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QualityWindowTest {
    private static final Closeness SURE = new Closeness(0.9f, 0.5f, 0.25f);

    private static QualityWindow window(int size, String... slices) {
        return new QualityWindow(new QualitySettings(size, List.of(slices), 0));
    }

    @Test
    void recallIsCountedByClassForStudentShadowAndTeacher() {
        // Given
        QualityWindow window = window(10);
        window.add(new Answered(3, 3, 1, 3, SURE), Map.of());
        window.add(new Answered(3, 2, 3, 3, SURE), Map.of());
        window.add(new Answered(7, 7, -1, -1, SURE), Map.of());
        // When
        List<Recall> recalls = window.quality().recalls();
        // Then
        assertThat(recalls).extracting(Recall::label).containsExactly(3, 7);
        assertThat(recalls.get(0).samples()).isEqualTo(2);
        assertThat(recalls.get(0).student()).hasValue(0.5);
        assertThat(recalls.get(0).shadow()).hasValue(0.5);
        assertThat(recalls.get(0).teacher()).hasValue(1);
        assertThat(recalls.get(1).shadow()).isEmpty();
    }

    @Test
    void onlyTheLatestCount() {
        // Given
        QualityWindow window = window(3);
        for (int i = 0; i < 5; i++) {
            window.add(new Answered(i, 0, 0, 0, SURE), Map.of());
        }
        // When, Then
        assertThat(window.quality().recalls()).extracting(Recall::label).containsExactly(2, 3, 4);
    }

    @Test
    void whatIsNotKnownDoesNotCount() {
        // Given
        QualityWindow window = window(10);
        window.add(new Answered(1, 1, 1, 1, Closeness.UNKNOWN), Map.of());
        window.add(new Answered(1, 1, 1, 1, SURE), Map.of());
        window.add(new Answered(1, 0, 1, 1, new Closeness(0.5f, 1.5f, Float.NaN)), Map.of());
        // When
        Quality quality = window.quality();
        // Then
        assertThat(quality.answered()).isEqualTo(3);
        assertThat(quality.nats().orElseThrow()).isCloseTo(1, within(1e-6));
        assertThat(quality.divergence().orElseThrow()).isCloseTo(0.25, within(1e-6));
        assertThat(quality.calibrationError().orElseThrow())
                .isCloseTo((0.1 + 0.5) / 2, within(1e-6));
    }

    @Test
    void aBiasOfTheTeacherShowsInItsSlice() {
        // Given: on phones the teacher is wrong, the student follows it, the shadow does not
        QualityWindow window = window(100, "device", "place");
        for (int i = 0; i < 10; i++) {
            window.add(new Answered(1, 1, 1, 1, SURE), Map.of("device", "desk", "place", "x"));
            window.add(new Answered(1, 2, 1, 2, SURE), Map.of("device", "phone"));
        }
        // When
        List<Slice> slices = window.quality().slices();
        // Then
        assertThat(slices)
                .extracting(Slice::name)
                .containsExactly("device=desk", "device=phone", "place=(none)", "place=x");
        Slice phone = slices.get(1);
        assertThat(phone.samples()).isEqualTo(10);
        assertThat(phone.student()).hasValue(0);
        assertThat(phone.shadow()).hasValue(1);
        assertThat(window.quality().metrics())
                .containsEntry("slice_accuracy_student.device=phone", 0.0)
                .containsEntry("slice_accuracy_shadow.device=phone", 1.0);
    }

    @Test
    void slicesAreBounded() {
        // Given
        QualityWindow window = window(1_000, "user");
        for (int i = 0; i < 1_000; i++) {
            window.add(new Answered(1, 1, 1, 1, SURE), Map.of("user", "u" + i));
        }
        // When
        List<Slice> slices = window.quality().slices();
        // Then
        assertThat(slices)
                .hasSize(Names.MOST + 1)
                .extracting(Slice::name)
                .contains("user=(others)");
        assertThat(slices.stream().mapToLong(Slice::samples).sum()).isEqualTo(1_000);
    }

    @Test
    void aRestoredWindowSaysTheSame() {
        // Given
        QualityWindow window = window(50, "device");
        Random random = new Random(2);
        for (int i = 0; i < 120; i++) {
            window.add(
                    new Answered(random.nextInt(9), random.nextInt(9), -1, random.nextInt(9), SURE),
                    Map.of("device", "d\n" + random.nextInt(4)));
        }
        QualityWindow restored = window(50, "device");
        // When
        restored.restore(window.saveNames(), window.save());
        // Then
        assertThat(restored.quality()).isEqualTo(window.quality());
        assertThat(restored.save()).isEqualTo(window.save());
        restored.add(new Answered(1, 1, 1, 1, SURE), Map.of("device", "new"));
        window.add(new Answered(1, 1, 1, 1, SURE), Map.of("device", "new"));
        assertThat(restored.quality()).isEqualTo(window.quality());
    }

    @Test
    void moreAttributesThanFitAreRefused() {
        assertThatThrownBy(() -> window(1, "a", "b", "c", "d", "e"))
                .hasMessageContaining("quality.slices")
                .hasMessageContaining("at most 4");
    }
}
