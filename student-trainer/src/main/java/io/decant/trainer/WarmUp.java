package io.decant.trainer;

import io.decant.model.torch.Torch;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.record.RecordCodec;
import io.decant.records.PairKind;
import io.decant.trainer.learn.Learner;
import io.decant.trainer.learn.LearnerState;
import io.decant.trainer.learn.LearningSettings;
import io.decant.trainer.learn.Logits;
import io.decant.trainer.learn.Pair;
import io.decant.trainer.learn.PredictionListener;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Does what makes the first takeover of a process slow before there is anything to take over:
 * starts libtorch, compiles the training step, and makes and drops one of each thing that a tenure
 * needs. Nothing of it remains but loaded and compiled code. <i>Thread-safe: keeps nothing.</i>
 */
final class WarmUp {
    private WarmUp() {}

    static void run(TrainerConfig config) {
        Torch.engineDescription();
        Torch.cpuCapability();
        LearningSettings settings = config.learning();
        LearnerState state;
        try (Learner learner = Learner.genesis(settings, PredictionListener.NONE)) {
            learner.take(blank(settings));
            learner.learnOpen();
            state = learner.snapshot(new LearnerState.Header("", 0, "", List.of(), config.bits()));
        }
        Learner.restore(settings, LearnerState.read(state.toBytes()), PredictionListener.NONE)
                .close();
        // A producer that does not call initTransactions fences nobody.
        new Clients(config.cluster())
                .transactionalProducer(
                        "trainer-warm-up",
                        config.cluster().topics().prefix() + "trainer-warm-up",
                        config.publish().transactionTimeout(),
                        Map.of())
                .close(Duration.ZERO);
        new RecordCodec(config.cluster()).close();
    }

    private static Pair blank(LearningSettings settings) {
        int bytes = settings.spec().input().bytes();
        return new Pair(
                PairKind.SOFT_ONLY,
                "",
                ByteBuffer.allocate(bytes),
                Optional.of(Logits.owning(new float[settings.spec().classCount()])),
                Optional.empty(),
                "",
                0);
    }
}
