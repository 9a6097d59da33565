package io.decant.model.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.TorchScript.Executor;
import io.decant.model.torch.ScriptForward;
import io.decant.model.torch.ScriptStudent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class InstalledStudentsTest {
    private static final Path FILE = Path.of("src/test/resources/students/perceptron.pt");

    private final ScriptStudent student = ScriptStudent.open(FILE);
    private final ModelSpec spec =
            student.spec(new InputSpec(DType.U8, List.of(3, 4), 1, 0, 1), Executor.PLAIN, 1);

    private float[] weights(float value) {
        float[] weights = new float[spec.parameterCount()];
        Arrays.fill(weights, value);
        return weights;
    }

    private float[] answer(StudentForward student) {
        float[] logits = new float[spec.classCount()];
        student.logits(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 0, logits);
        return logits;
    }

    private float[] expected(float value) {
        try (ScriptForward fresh = ScriptForward.load(spec, weights(value), student)) {
            return answer(fresh);
        }
    }

    @Test
    void aModuleThatNobodyUsesGetsTheNextWeightsAndOneInUseKeepsItsOwn() {
        // Given one in use, and one that was closed
        try (InstalledStudents students = InstalledStudents.open(List.of(FILE));
                StudentForward used = students.ready(spec, weights(0.1f))) {
            students.ready(spec, weights(0.2f)).close();
            // When
            try (StudentForward next = students.ready(spec, weights(0.3f))) {
                // Then
                assertThat(answer(next)).containsExactly(expected(0.3f));
                assertThat(answer(used)).containsExactly(expected(0.1f));
            }
        }
    }

    @Test
    void whatIsInUseOutlivesThem() {
        // Given
        InstalledStudents students = InstalledStudents.open(List.of(FILE));
        try (StudentForward used = students.ready(spec, weights(0.1f))) {
            // When
            students.close();
            // Then
            assertThat(answer(used)).containsExactly(expected(0.1f));
        }
    }

    @Test
    void aFileThatIsNotThereIsMissedByItsDigest() {
        try (InstalledStudents students = InstalledStudents.none()) {
            assertThat(students.suffice(spec)).isFalse();
            assertThatThrownBy(() -> students.ready(spec, weights(0)))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining(student.digest().substring(0, 12));
        }
    }
}
