package io.decant.teacher;

import io.decant.model.teacher.Teacher;
import io.decant.teacher.card.Announcement;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.reload.Finding;
import io.decant.teacher.reload.Successors;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a new teacher answer in place of the one that runs, once its card is in the registry; a
 * refused one is told and counted. <i>Owned by the stage's thread.</i>
 */
final class Takeover implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);

    private final TeacherConfig config;
    private final Successors successors;
    private final Announcement announcement;
    private final Answering answering;
    private final TeacherMetrics metrics;
    private Optional<Finding.Ready> next = Optional.empty();

    /** Takes new teachers from where they come. */
    Takeover(
            TeacherConfig config,
            Successors successors,
            Announcement announcement,
            Answering answering,
            TeacherMetrics metrics) {
        this.config = config;
        this.successors = successors;
        this.announcement = announcement;
        this.answering = answering;
        this.metrics = metrics;
    }

    /** Between two transactions: looks whether there is somebody to take over. */
    void atBorder() {
        if (next.isEmpty()) {
            successors.take().ifPresent(this::receive);
        }
        if (next.isPresent()) {
            // Kept until its card is committed: a failure here is followed by another attempt.
            announcement.always(next.get());
            answering.replaceBy(next.get().teacher());
            next = Optional.empty();
            metrics.replaced();
            sayWhoAnswers("replaced");
        }
    }

    private void receive(Finding finding) {
        if (finding instanceof Finding.Ready ready) {
            next = Optional.of(ready);
        } else if (finding instanceof Finding.Refused refused) {
            metrics.replacementRefused();
            LOG.warn(
                    "service=teacher event=new_teacher_refused teacher={} running={} slot={} reason=\"{}\"",
                    config.teacher().id(),
                    answering.teacher().map(Teacher::id).orElse("nobody"),
                    config.slot(),
                    refused.reason());
        }
    }

    /** Logs which teacher runs. */
    void sayWhoAnswers(String event) {
        if (answering.teacher().isEmpty()) {
            LOG.info(
                    "service=teacher event={} teacher={} version=none slot={} next=\"samples are skipped until the followed model has a version\"",
                    event,
                    config.teacher().id(),
                    config.slot());
            return;
        }
        Teacher teacher = answering.teacher().get();
        LOG.info(
                "service=teacher event={} teacher={} version={} classes={} encoding={} slot={}",
                event,
                config.teacher().id(),
                teacher.id(),
                teacher.classCount(),
                config.encoding().encoding(teacher.classCount()),
                config.slot());
    }

    @Override
    public void close() {
        next.ifPresent(ready -> ready.teacher().close());
    }
}
