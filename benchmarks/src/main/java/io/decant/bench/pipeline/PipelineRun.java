package io.decant.bench.pipeline;

import io.decant.dataset.IdxDataset;
import io.decant.dev.stack.ServiceStack;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.teacher.TeacherService;
import io.decant.trainer.TrainerService;
import io.decant.trainer.learn.PredictionListener;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The whole pipeline, teacher to gateway, on an installation of its own. <i>Thread-safe.</i> */
final class PipelineRun {
    private static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(60);

    private PipelineRun() {}

    /**
     * Streams so many samples with labels; returns samples a second, to the commit of the
     * transaction that learned the last.
     */
    static double samplesPerSecond(
            ClusterSettings cluster,
            IdxDataset dataset,
            int samples,
            Path teacher,
            Path folder,
            boolean shadow,
            List<String> extra)
            throws InterruptedException {
        return samplesPerSecond(cluster, dataset, samples, teacher, folder, shadow, extra, 0);
    }

    /**
     * As the other, with traces.
     *
     * @param traced of so many samples one begins a trace; 0 for none
     */
    static double samplesPerSecond(
            ClusterSettings cluster,
            IdxDataset dataset,
            int samples,
            Path teacher,
            Path folder,
            boolean shadow,
            List<String> extra,
            int traced)
            throws InterruptedException {
        InputSpec input = dataset.training().standardisedBy(0, 1000);
        String shape = String.join(",", input.shape().stream().map(String::valueOf).toList());
        List<String> settings =
                new ArrayList<>(
                        List.of(
                                "teacher.teacher.file=" + teacher,
                                "joiner.state-dir=" + folder.resolve("joiner"),
                                "trainer.model.dims="
                                        + input.size()
                                        + ",128,"
                                        + dataset.classCount(),
                                "trainer.model.input.shape=" + shape,
                                "trainer.model.input.mean=" + input.mean(),
                                "trainer.model.input.sd=" + input.sd(),
                                "trainer.shadow=" + shadow,
                                "trainer.trust.enabled=" + shadow,
                                "trainer.publish.interval=1s",
                                "gateway.signatures.policy=accept",
                                "gateway.model=student",
                                "gateway.http.port=0",
                                "gateway.http.drain=0s",
                                "gateway.data-dir=" + folder.resolve("gateway")));
        settings.addAll(extra);
        try (ServiceStack stack = new ServiceStack(cluster, settings, InstantSource.system())) {
            TrainerService trainer = stack.trainer(PredictionListener.NONE);
            var joiner = stack.joiner();
            TeacherService answering = stack.teacher();
            stack.gateway();
            await(joiner.running());
            // The stream begins when all services are up, as the floor's clients are.
            while (!answering.isAnswering() || !trainer.progress().leading()) {
                stack.failure()
                        .ifPresent(
                                failure -> {
                                    throw new IllegalStateException("a service stopped", failure);
                                });
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            long started = System.nanoTime();
            CompletableFuture<Void> feeding =
                    CompletableFuture.runAsync(
                            () -> Stream.produce(cluster, dataset, samples, traced));
            long moved = started;
            long before = 0;
            while (trainer.progress().pairs() < samples) {
                stack.failure()
                        .ifPresent(
                                failure -> {
                                    throw new IllegalStateException("a service stopped", failure);
                                });
                long learned = trainer.progress().pairs();
                moved = learned == before ? moved : System.nanoTime();
                before = learned;
                if (System.nanoTime() - moved > STALL_NANOS) {
                    throw new IllegalStateException(
                            "nothing was learned for 60 s; "
                                    + learned
                                    + " of "
                                    + samples
                                    + " samples are");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            await(feeding);
            await(trainer.finish());
            return samples / ((System.nanoTime() - started) / 1e9);
        }
    }

    private static void await(CompletableFuture<?> future) throws InterruptedException {
        try {
            future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            throw new IllegalStateException("the pipeline did not come up or down", failed);
        }
    }
}
