package io.decant.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.decant.model.spec.InvalidModelException;
import io.decant.model.spec.Precision;
import io.decant.model.spec.TorchScript;
import io.decant.model.step.StepSettings;
import io.decant.model.torch.Torch;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerConfigTest {
    @Test
    void everyKeyHasADefaultButTheAddresses() {
        // When
        Map<String, String> effective = new LinkedHashMap<>(Configuration.effective(config()));
        effective.keySet().removeIf(key -> key.startsWith("cluster."));
        // Then
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("model.name", "student");
        expected.put("model.file", "");
        expected.put("model.executor", "auto");
        expected.put("model.script", "");
        expected.put("model.dims", "784,128,10");
        expected.put("model.bias", "true");
        expected.put("model.activation", "relu");
        expected.put("model.precision", "fp32");
        expected.put("model.filter", "");
        expected.put("model.exclude", "");
        expected.put("model.input.dtype", "u8");
        expected.put("model.input.shape", "28,28");
        expected.put("model.input.scale", "0.00392156862745098");
        expected.put("model.input.mean", "0.0");
        expected.put("model.input.sd", "1.0");
        expected.put("initial-weights", "uniform");
        expected.put("init", "");
        expected.put("seed", "1");
        expected.put("optimizer", "adam");
        expected.put("learning-rate", "0.003");
        expected.put("alpha", "0.9");
        expected.put("temperature", "3.0");
        expected.put("loss", "kd");
        expected.put("dkd.beta", "2.0");
        expected.put("dist.inter", "2.0");
        expected.put("dist.intra", "2.0");
        expected.put("hints", "");
        expected.put("ema", "0.99");
        expected.put("shadow", "true");
        expected.put("device", "auto");
        expected.put("threads", "1");
        expected.put("batch.linger", "200ms");
        expected.put("predictions.capacity", "65536");
        expected.put("journal.start", "earliest");
        expected.put("journal.accept-gap", "false");
        expected.put("journal.poll-wait", "100ms");
        expected.put("checkpoint.delta-share", "0.05");
        expected.put("checkpoint.anchor-every", "10");
        expected.put("checkpoint.anchor-encoding", "f32");
        expected.put("gate.mode", "off");
        expected.put("gate.share", "0.0");
        expected.put("gate.window", "2000");
        expected.put("gate.minimum", "1000");
        expected.put("gate.tolerance", "0.015");
        expected.put("gate.slice", "");
        expected.put("gate.slice-tolerance", "0.02");
        expected.put("gate.slice-minimum", "100");
        expected.put("gate.nll-ratio", "1.05");
        expected.put("gate.waiting", "65536");
        expected.put("rehearsal.capacity", "2000");
        expected.put("rehearsal.max-bytes", "16777216");
        expected.put("rehearsal.minimum", "32");
        expected.put("trust.enabled", "true");
        expected.put("trust.width", "0.02");
        expected.put("trust.fading", "0.998");
        expected.put("trust.alarm", "0.1");
        expected.put("teachers.weighting", "accuracy");
        expected.put("teachers.width", "0.02");
        expected.put("teachers.fading", "0.998");
        expected.put("drift.detector", "adwin");
        expected.put("drift.reactions", "ask-teacher");
        expected.put("drift.quiet", "1000");
        expected.put("drift.reaction-samples", "2000");
        expected.put("drift.learning-rate-factor", "2.0");
        expected.put("drift.delta", "0.002");
        expected.put("drift.clock", "32");
        expected.put("drift.ddm-deviations", "3.0");
        expected.put("drift.page-hinkley-delta", "0.005");
        expected.put("drift.page-hinkley-threshold", "50.0");
        expected.put("drift.page-hinkley-fading", "0.9999");
        expected.put("quality.window", "2000");
        expected.put("quality.slices", "");
        expected.put("quality.churn-samples", "100");
        expected.put("gateways.listed", "");
        expected.put("gateways.veto", "0");
        expected.put("publish.interval", "10s");
        expected.put("publish.pairs", "1000000");
        expected.put("publish.lineage-entries", "4000");
        expected.put("publish.dead-letters", "200");
        expected.put("publish.state-bytes", "8388608");
        expected.put("publish.state-every", "10");
        expected.put("publish.keep-state-every", "100");
        expected.put("publish.keep", "10m");
        expected.put("publish.removals", "16");
        expected.put("publish.transaction-timeout", "15s");
        expected.put("signing.key", "");
        expected.put("recovery.attempts", "5");
        expected.put("recovery.backoff", "1s");
        expected.put("recovery.outage-patience", "10m");
        expected.put("recovery.patience", "1m");
        expected.put("recovery.startup-patience", "10s");
        expected.put("recovery.stop-patience", "10s");
        expected.put("lease.session-timeout", "6s");
        expected.put("lease.metrics-interval", "10s");
        expected.put("pause.start-paused", "false");
        expected.put("pause.signatures", "accept");
        expected.put("pause.keys", "");
        expected.put("console.enabled", "false");
        expected.put("console.host", "127.0.0.1");
        expected.put("console.port", "0");
        expected.put("console.listeners", "16");
        expected.put("console.push-interval", "250ms");
        expected.put("console.history", "1h");
        expected.put("console.max-bytes-per-second", "2097152");
        expected.put("console.survey-interval", "2s");
        expected.put("console.keep.points", "900");
        expected.put("console.keep.events", "300");
        expected.put("console.keep.versions", "300");
        expected.put("console.keep.gateways", "1000");
        expected.put("console.keep.letters", "100");
        expected.put("console.keep.models", "16");
        expected.put("console.security.certificate", "");
        expected.put("console.security.key", "");
        expected.put("console.security.client-ca", "");
        expected.put("console.security.token-file", "");
        expected.put("console.orders.enabled", "false");
        expected.put("console.orders.token-file", "");
        expected.put("console.orders.key", "");
        expected.put("console.orders.trust", "");
        expected.put("monitor.enabled", "true");
        expected.put("monitor.host", "127.0.0.1");
        expected.put("monitor.port", "0");
        expected.put("monitor.interval", "2s");
        expected.put("monitor.stall-limit", "15m");
        expected.put("monitor.security.certificate", "");
        expected.put("monitor.security.key", "");
        expected.put("monitor.security.client-ca", "");
        expected.put("monitor.security.token-file", "");
        expected.put("tracing.endpoint", "");
        expected.put("tracing.queued-spans", "2048");
        assertThat(effective).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void theDefaultsAreThoseOfTheTrainingStep() {
        assertThat(config().learning().step()).isEqualTo(StepSettings.defaults());
    }

    @Test
    void onlySettingsThatCanChangeABitEnterTheState() {
        // When, Then
        assertThat(config().bits())
                .containsKeys("alpha", "model.dims", "predictions.capacity", "threads");
        assertThat(
                        config(
                                        "publish.interval=1s",
                                        "batch.linger=5ms",
                                        "cluster.prefix=x.",
                                        "signing.key=trainer.pem",
                                        "gateways.listed=a",
                                        "init=model.safetensors",
                                        "lease.session-timeout=9s")
                                .bits())
                .isEqualTo(config().bits());
        assertThat(config("alpha=0.5").bits()).isNotEqualTo(config().bits());
        assertThat(config("loss=dkd", "dkd.beta=3").bits())
                .containsEntry("loss", "dkd")
                .containsEntry("dkd.beta", "3.0");
        assertThat(config("gate.share=0.1").bits()).isNotEqualTo(config().bits());
        assertThat(config("checkpoint.anchor-encoding=i8-row").bits())
                .isNotEqualTo(config().bits());
    }

    @Test
    void theBitsAreEnoughToMakeTheSameLearningAgain() {
        // Given
        TrainerConfig config =
                config(
                        "alpha=0.9",
                        "model.dims=12,8,4",
                        "model.input.shape=12",
                        "checkpoint.delta-share=0.2",
                        "checkpoint.anchor-encoding=f16",
                        "model.filter=a=b");
        // When
        TrainerConfig again = TrainerConfig.of(config.cluster(), config.bits());
        // Then
        assertThat(again.learning()).isEqualTo(config.learning());
        assertThat(again.filter()).isEqualTo(config.filter());
        assertThat(again.bits()).isEqualTo(config.bits());
    }

    @Test
    void whereAModelBeginsAndWhatItLearnsMustBeReadable() {
        assertThatThrownBy(() -> config("journal.start=yesterday"))
                .hasMessageContaining("journal.start must be earliest, latest or a time");
        assertThatThrownBy(() -> config("model.filter=tenant"))
                .hasMessageContaining("model.filter must be a list of ATTRIBUTE=VALUE");
        assertThat(config("journal.start=2026-11-22T08:00:00Z").journal().start())
                .isEqualTo("2026-11-22T08:00:00Z");
    }

    @Test
    void aModelsNameIsPartOfKeysAndMustFitThem() {
        assertThatThrownBy(() -> config("model.name=a/b"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("model.name");
        assertThatThrownBy(() -> config("model.name=teacher")).hasMessageContaining("model.name");
    }

    @Test
    void aDeviceIsAProcessorOrANumberedGpu() {
        assertThatThrownBy(() -> config("device=gpu"))
                .hasMessageContaining(
                        "device must be auto, cpu or cuda:N with N from 0, was 'gpu'");
        assertThat(config().trainedOn().isGpu()).isFalse();
        assertThat(config("device=cpu").trainedOn().isGpu()).isFalse();
        assertThat(config("device=cuda:3").trainedOn()).hasToString("cuda:3");
        assertThat(config("device=cuda:3").bits()).containsEntry("device", "cuda:3");
    }

    @Test
    void whereThereIsNoGpuAutoStaysAndANamedOneIsRefusedWithTheReason() {
        // Given
        assumeThat(Torch.hasGpu()).isFalse();
        // When, Then
        assertThat(config("device=auto").resolved().bits()).containsEntry("device", "auto");
        assertThatThrownBy(() -> config("device=cuda:0").resolved())
                .hasMessageStartingWith("device cuda:0 cannot be used: the libtorch in ");
    }

    @Test
    void everyVersionOfAGpuHasAStateBecauseItCannotBeLearnedAgain() {
        assertThat(config("device=cuda:0", "publish.state-every=10").stateSchedule().largeEvery())
                .isEqualTo(1);
        assertThat(config("publish.state-every=10").stateSchedule().largeEvery()).isEqualTo(10);
    }

    @Test
    void precisionIsPartOfTheStudentAndOfWhatChangesBits() {
        TrainerConfig reduced = config("model.precision=bf16");
        assertThat(reduced.spec().precision()).isEqualTo(Precision.BF16);
        assertThat(reduced.bits()).containsEntry("model.precision", "bf16");
        assertThat(config().spec().precision()).isEqualTo(Precision.FP32);
    }

    @Test
    void bf16IsRefusedForATorchScriptStudent() {
        String[] settings = Arrays.copyOf(SMALL, SMALL.length + 1);
        settings[SMALL.length] = "model.precision=bf16";
        assertThatThrownBy(() -> config(settings).resolved().learning())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("precision bf16 is for perceptrons");
    }

    private static TrainerConfig config(String... settings) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "cluster.bootstrap-servers=localhost:9092",
                                "cluster.schema-registry-url=http://localhost:8081"));
        all.addAll(List.of(settings));
        return Configuration.of(TrainerConfig.class, all);
    }

    private static final String[] SMALL = {
        "model.file=src/test/resources/students/small.pt",
        "model.executor=plain",
        "model.input.shape=12"
    };

    @Test
    void whatAStudentsFileHoldsIsFoundOutOnceAndStandsInTheBits() {
        // When
        TrainerConfig config = config(SMALL).resolved();
        // Then: whoever knows the bits knows the specification, without the file
        assertThat(config.bits()).containsEntry("model.file", "");
        TrainerConfig later = TrainerConfig.of(config.cluster(), config.bits());
        assertThat(later.spec()).isEqualTo(config.spec());
        assertThat(config.resolved()).isSameAs(config);
        assertThat(config.spec().classCount()).isEqualTo(4);
        assertThat(config.learning().student()).isPresent();
        assertThat(later.learning().student()).isEmpty();
        assertThat(later.learning(config.files().student()).student()).isPresent();
    }

    @Test
    void anExecutorIsChosenByTimingBoth() {
        String[] settings = SMALL.clone();
        settings[1] = "model.executor=auto";
        TorchScript script = (TorchScript) config(settings).resolved().spec().architecture();
        assertThat(script.executor())
                .isIn(TorchScript.Executor.PLAIN, TorchScript.Executor.OPTIMISED);
    }

    @Test
    void aStudentThatDoesNotTakeTheInputIsRefusedWithTheReason() {
        String[] settings = SMALL.clone();
        settings[2] = "model.input.shape=13";
        assertThatThrownBy(() -> config(settings).resolved())
                .isInstanceOf(InvalidModelException.class)
                .hasMessageContaining("small.pt: forward failed on 1 inputs");
    }
}
