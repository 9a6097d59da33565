package io.decant.trainer.learn;

/**
 * What was predicted for one sample before it was learned. <i>Immutable.</i>
 *
 * @param student class that the student chose
 * @param shadow class that the shadow chose; {@link #NONE} without a shadow
 * @param teacher class that the teacher chose; {@link #NONE} without a teacher
 */
record Prediction(int student, int shadow, int teacher) {
    static final int NONE = -1;

    /** One number: 16 bits a class, 0 for none. */
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
