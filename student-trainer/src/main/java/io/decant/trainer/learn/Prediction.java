package io.decant.trainer.learn;

import java.util.List;

/**
 * What was predicted for one sample before it was learned. <i>Immutable.</i>
 *
 * @param student class that the student chose
 * @param shadow class that the shadow chose; {@link #NONE} without a shadow
 * @param teacher class that the teachers chose together; {@link #NONE} without a teacher
 * @param teachers class that each of them chose, as {@link Teachers#choices} gives it
 * @param sureness the student's probability of its class in 65 534ths; 0 when it is not known
 */
record Prediction(int student, int shadow, int teacher, List<Integer> teachers, int sureness) {
    static final int NONE = -1;

    /** A sureness of 16 ones would make a packed prediction that is all ones. */
    private static final int SURE = 0xfffe;

    /** Beside the first teacher that is known, or beside none. */
    Prediction(int student, int shadow, int teacher) {
        this(student, shadow, teacher, teacher == NONE ? List.of() : List.of(teacher), 0);
    }

    /**
     * The same, knowing how sure the student was.
     *
     * @param confidence in (0, 1], or not a number
     */
    Prediction sure(float confidence) {
        int rounded = Float.isFinite(confidence) ? Math.max(1, Math.round(confidence * SURE)) : 0;
        return new Prediction(student, shadow, teacher, teachers, rounded);
    }

    /** The student's probability of its class; not a number when it is not known. */
    float confidence() {
        return sureness == 0 ? Float.NaN : (float) sureness / SURE;
    }

    Prediction with(List<Integer> each) {
        return new Prediction(student, shadow, teacher, each, sureness);
    }

    /** Whether {@link #packed} tells all of it. */
    boolean isPlain() {
        return equals(unpacked(packed()));
    }

    /** One number without the single teachers: 16 bits a class and the sureness, 0 for none. */
    long packed() {
        return (student + 1L) | (shadow + 1L) << 16 | (teacher + 1L) << 32 | (long) sureness << 48;
    }

    static Prediction unpacked(long bits) {
        int teacher = (int) (bits >>> 32 & 0xffff) - 1;
        return new Prediction(
                (int) (bits & 0xffff) - 1,
                (int) (bits >>> 16 & 0xffff) - 1,
                teacher,
                teacher == NONE ? List.of() : List.of(teacher),
                (int) (bits >>> 48));
    }
}
