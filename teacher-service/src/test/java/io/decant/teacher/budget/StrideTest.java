package io.decant.teacher.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrideTest {
    private final Stride stride = new Stride(0.75, 4);

    /** Judges once, by so many equal answers of four. */
    private int judge(int equal) {
        for (int i = 0; i < 4; i++) {
            stride.answered(i < equal);
        }
        return stride.length();
    }

    @Test
    void agreementDoublesTheStrideUpTo16AndDisagreementHalvesItDownTo1() {
        // When
        List<Integer> strides = new ArrayList<>();
        for (int equal : new int[] {4, 3, 4, 3, 4, 2, 0, 1, 2, 2, 3}) {
            strides.add(judge(equal));
        }

        // Then
        assertThat(strides).containsExactly(2, 4, 8, 16, 16, 8, 4, 2, 1, 1, 2);
    }

    @Test
    void nothingIsJudgedBeforeThereAreEnoughAnswers() {
        // When
        stride.answered(true);
        stride.answered(true);
        stride.answered(true);

        // Then
        assertThat(stride.length()).isEqualTo(1);
        assertThat(stride.share()).isEqualTo(1);
    }
}
