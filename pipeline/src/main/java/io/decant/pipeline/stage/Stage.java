package io.decant.pipeline.stage;

/**
 * A step of the pipeline that does its work in bounded turns. A {@link StageRunner} gives it a
 * thread; a test steps it by hand. <i>Owned by the thread that calls it.</i>
 */
public interface Stage extends AutoCloseable {
    /** What the stage's thread is called. */
    String name();

    /**
     * One bounded turn. It may wait for input, but not longer than its poll time.
     *
     * @return how much was done; 0 means idle
     * @throws Exception if the stage cannot go on: broken infrastructure after its bounded retries,
     *     or a bug
     */
    int doWork() throws Exception;

    /** Called on the stage's own thread, once, after the last turn, also after a failure. */
    @Override
    void close();
}
