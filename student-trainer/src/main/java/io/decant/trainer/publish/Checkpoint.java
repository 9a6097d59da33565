package io.decant.trainer.publish;

import io.decant.model.checkpoint.ErrorFeedback;
import io.decant.trainer.gate.GateDecision;
import io.decant.trainer.learn.Intake;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.Notice;
import io.decant.trainer.lease.Term;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Everything that one version's transaction holds, copied at a batch border. <i>Immutable.</i>
 *
 * @param state the whole state; its header says model, version and offsets
 * @param forms how readers can get the version's weights
 * @param gate whether it may be live
 * @param live the version that {@code @live} names after this publish: this one, or an older one
 *     that stays; 0 for none
 * @param intake what the version learned beyond its parent
 * @param watermarkMillis greatest event time learned from, milliseconds since 1970-01-01T00:00Z
 * @param teacherIds whose answers the version's pairs hold
 * @param metrics name to value; units are in the names
 * @param notices what happened since the version before
 * @param deadLetters letters for the records that the version refused
 * @param finished whether this is the last version of a finite stream
 * @param orders what operators have ordered about versions
 * @param lease under which the model is held: the commit fails once it is lost
 */
public record Checkpoint(
        LearnerState state,
        ErrorFeedback.Forms forms,
        GateDecision gate,
        long live,
        Intake intake,
        long watermarkMillis,
        Set<String> teacherIds,
        Map<String, Double> metrics,
        List<Notice> notices,
        List<ProducerRecord<byte[], byte[]>> deadLetters,
        boolean finished,
        Orders orders,
        Term lease) {
    public Checkpoint {
        teacherIds = Set.copyOf(teacherIds);
        metrics = Map.copyOf(metrics);
        notices = List.copyOf(notices);
        deadLetters = List.copyOf(deadLetters);
    }

    boolean isLive() {
        return live == version();
    }

    long version() {
        return state.header().version();
    }
}
