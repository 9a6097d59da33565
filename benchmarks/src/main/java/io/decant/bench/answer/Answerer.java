package io.decant.bench.answer;

/** One way to answer: an input's bytes in, logits out. <i>Owned by one thread.</i> */
interface Answerer extends AutoCloseable {
    /**
     * Answers.
     *
     * @param input which of the inputs that it was made with
     * @param logits receives [classes]
     */
    void answer(int input, float[] logits);

    @Override
    void close();
}
