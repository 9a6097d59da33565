package io.decant.trainer.learn;

import java.util.List;

/**
 * What was predicted for one sample before it was learned. <i>Immutable.</i>
 *
 * @param student class that the student chose
 * @param shadow class that the shadow chose; {@link #NONE} without a shadow
 * @param teacher class that the teachers chose together; {@link #NONE} without a teacher
 * @param teachers class that each of them chose, as {@link Teachers#choices} gives it
 */
record Prediction(int student, int shadow, int teacher, List<Integer> teachers) {
    static final int NONE = -1;

    /** Beside the first teacher that is known, or beside none. */
    Prediction(int student, int shadow, int teacher) {
        this(student, shadow, teacher, teacher == NONE ? List.of() : List.of(teacher));
    }

    Prediction with(List<Integer> each) {
        return new Prediction(student, shadow, teacher, each);
    }

    /** Whether {@link #packed} tells all of it. */
    boolean isPlain() {
        return equals(unpacked(packed()));
    }

    /** One number without the single teachers: 16 bits a class, 0 for none. */
    long packed() {
        return (student + 1L) | (shadow + 1L) << 16 | (teacher + 1L) << 32;
    }

    static Prediction unpacked(long bits) {
        return new Prediction(
                (int) (bits & 0xffff) - 1,
                (int) (bits >>> 16 & 0xffff) - 1,
                (int) (bits >>> 32 & 0xffff) - 1);
    }
}
