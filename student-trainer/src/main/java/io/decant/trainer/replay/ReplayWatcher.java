package io.decant.trainer.replay;

/** Hears how a replay goes. <i>Called by the replay's thread.</i> */
public interface ReplayWatcher {
    /** Hears nothing. */
    ReplayWatcher NONE = new ReplayWatcher() {};

    /** Learning begins at the state after a version; 0 = genesis. */
    default void starting(long version) {}

    /** Records of this version are learned next. */
    default void making(long version) {}

    /** So many more records were learned. */
    default void learned(long records) {}

    /** A version was judged. */
    default void judged(Verdict verdict) {}
}
