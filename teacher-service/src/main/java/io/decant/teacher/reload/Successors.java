package io.decant.teacher.reload;

import java.util.Optional;

/** Where teachers that take over come from. <i>Asked by the stage's thread.</i> */
public interface Successors extends AutoCloseable {
    /** Takes what waits; a teacher belongs to whoever took it. */
    Optional<Finding> take();

    @Override
    void close();
}
