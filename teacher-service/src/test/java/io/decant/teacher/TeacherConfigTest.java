package io.decant.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.config.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TeacherConfigTest {
    private static final List<String> REQUIRED =
            List.of(
                    "cluster.bootstrap-servers=localhost:9092",
                    "cluster.schema-registry-url=http://localhost:8081",
                    "teacher.file=big.pt");

    @Test
    void everyDefaultIsWrittenDown() {
        // When
        TeacherConfig config = Configuration.of(TeacherConfig.class, REQUIRED);

        // Then
        Map<String, String> values = new LinkedHashMap<>(Configuration.effective(config));
        values.keySet().removeIf(key -> key.startsWith("cluster.") || key.startsWith("source."));
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("teacher.id", "teacher");
        expected.put("teacher.file", "big.pt");
        expected.put("teacher.model", "");
        expected.put("teacher.input.dtype", "");
        expected.put("teacher.input.shape", "");
        expected.put("teacher.input.scale", "");
        expected.put("teacher.input.mean", "");
        expected.put("teacher.input.sd", "");
        expected.put("teacher.reload.check", "5s");
        expected.put("temperature", "3.0");
        expected.put("encoding", "auto");
        expected.put("top-k", "50");
        expected.put("draws", "50");
        expected.put("hints.layers", "");
        expected.put("hints.max-bytes", "16384");
        expected.put("batch.size", "256");
        expected.put("batch.linger", "10ms");
        expected.put("commit.interval", "100ms");
        expected.put("commit.max-samples", "8192");
        expected.put("budget.policy", "all");
        expected.put("budget.share", "");
        expected.put("budget.calls-per-second", "");
        expected.put("budget.model", "");
        expected.put("budget.monitor-share", "0.1");
        expected.put("budget.drift-share", "");
        expected.put("budget.window", "32");
        expected.put("budget.agreement", "0.85");
        expected.put("budget.judge-after", "16");
        expected.put("budget.seed", "0");
        expected.put("ladder.enabled", "false");
        expected.put("ladder.ask-less-after", "5s");
        expected.put("ladder.labels-only-after", "30s");
        expected.put("ladder.patience", "2s");
        expected.put("ladder.min-share", "0.05");
        expected.put("follow.students", "");
        expected.put("follow.signatures", "require");
        expected.put("follow.keys", "");
        expected.put("follow.max-model-bytes", "268435456");
        expected.put("pause.start-paused", "false");
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
        expected.put("pause.signatures", "accept");
        expected.put("pause.keys", "");
        expected.put("device-share", "1.0");
        expected.put("slot", "0");
        expected.put("transaction-timeout", "10s");
        expected.put("session-timeout", "6s");
        expected.put("start", "earliest");
        expected.put("retry.attempts", "5");
        expected.put("retry.backoff", "2s");
        expected.put("retry.outage-patience", "10m");
        expected.put("startup-patience", "10s");
        expected.put("stop-patience", "10s");
        expected.put("threads", "1");
        assertThat(values).containsExactlyInAnyOrderEntriesOf(expected);
    }

    @Test
    void everyKeyIsDocumented() {
        assertThat(Configuration.describe(TeacherConfig.class))
                .allSatisfy(key -> assertThat(key.doc()).as(key.key()).endsWith("."));
    }

    @Test
    void namesInKafkaAreMadeOfPrefixTeacherAndSlot() {
        // When
        TeacherConfig config = with("cluster.prefix=eu.", "teacher.id=big", "slot=3");

        // Then
        assertThat(config.group()).isEqualTo("eu.teacher-big");
        assertThat(config.transactionalId()).isEqualTo("eu.teacher-big-3");
    }

    @Test
    void anInputIsGivenWhole() {
        // When
        TeacherConfig config =
                with(
                        "teacher.input.dtype=u8",
                        "teacher.input.shape=20,12",
                        "teacher.input.scale=0.5",
                        "teacher.input.mean=1.5",
                        "teacher.input.sd=2");

        // Then
        assertThat(config.teacher().input().spec())
                .contains(new InputSpec(DType.U8, List.of(20, 12), 0.5, 1.5, 2));
    }

    @Test
    void severalProblemsAreReportedTogether() {
        assertThat(
                        problems(
                                "teacher.id=a/b",
                                "teacher.input.dtype=u8",
                                "teacher.input.mean=0",
                                "temperature=0",
                                "batch.size=0",
                                "encoding=f8",
                                "draws=256",
                                "batch.lnger=5ms"))
                .containsExactly(
                        "teacher.input: dtype, shape, scale, mean and sd are given together or not at all, missing: shape, scale, sd",
                        "temperature must be between 0.01 and 1000, was '0'",
                        "encoding must be one of auto, f32, f16, i8, topk, sampled, was 'f8'",
                        "draws must be between 1 and 255, was '256'",
                        "batch.size must be between 1 and 65536, was '0'",
                        "unknown key batch.lnger; did you mean batch.linger?");
    }

    @Test
    void aTeacherIdIsFitForNamesOfGroupsAndKeys() {
        assertThat(problems("teacher.id=a/b"))
                .containsExactly(
                        "teacher: id must be 1 to 100 letters, digits, dots, hyphens or underscores, was 'a/b'");
    }

    @Test
    void aTransactionOutlivesItsCommitIntervalWell() {
        assertThat(problems("transaction-timeout=2s", "commit.interval=1s"))
                .containsExactly(
                        "transaction-timeout must be at least 4 times commit.interval, was 2000ms for 1000ms");
    }

    @Test
    void aTeacherIsAFileOrAModelAndNotBoth() {
        assertThat(problems("teacher.model=peer"))
                .containsExactly(
                        "teacher: file and model are both set; a teacher is a file or a model of the registry");
        assertThat(problems("teacher.file="))
                .containsExactly(
                        "teacher: file is missing; name the teacher's TorchScript file, or a model of the registry by model");
        assertThat(problems("teacher.file=", "teacher.model=a/b", "follow.signatures=accept"))
                .containsExactly("teacher.model must be a name without '/', was 'a/b'");
    }

    @Test
    void aBudgetThatMeansNothingIsRefusedWithTheReason() {
        String all =
                "budget: policy is all, which asks about every sample; share, calls-per-second, drift-share and model mean something with random, margin or adaptive";
        assertThat(problems("budget.share=0.5")).containsExactly(all);
        assertThat(problems("budget.drift-share=0.5")).containsExactly(all);
        assertThat(problems("budget.policy=random"))
                .containsExactly(
                        "budget: policy random needs share or calls-per-second: how many samples may be asked about");
        assertThat(problems("budget.policy=margin", "budget.share=0.5"))
                .containsExactly(
                        "budget: model is missing; margin, adaptive and drift-share need the name of the student that is followed");
        assertThat(problems("budget.policy=random", "budget.share=0"))
                .containsExactly("budget: share must be above 0, was 0.0");
        assertThat(
                        problems(
                                "teacher.file=",
                                "teacher.model=m",
                                "budget.policy=adaptive",
                                "budget.model=m",
                                "follow.signatures=accept"))
                .containsExactly(
                        "budget.policy is adaptive, and budget.model and teacher.model are both m; a model always agrees with itself, so take policy random or margin");
    }

    @Test
    void whoIsFollowedMustBeSignedUnlessAnyoneIsBelieved() {
        assertThat(problems("budget.policy=adaptive", "budget.model=m"))
                .containsExactly(
                        "follow.signatures is require and follow.keys names no public key; name the one that the trainer signs with, or say follow.signatures: accept to believe anyone");
    }

    @Test
    void aLadderHasAStepAndItsStepsAreInOrder() {
        assertThat(
                        problems(
                                "ladder.enabled=true",
                                "ladder.ask-less-after=0s",
                                "ladder.labels-only-after=0s"))
                .containsExactly(
                        "ladder: enabled is true and both ask-less-after and labels-only-after are 0, so there is no step; set one of them");
        assertThat(problems("ladder.ask-less-after=30s"))
                .containsExactly(
                        "ladder: ask-less-after must be shorter than labels-only-after, was 30000ms and 30000ms");
    }

    @Test
    void eachFollowedModelIsNamedOnce() {
        assertThat(with().followedModels()).isEmpty();
        assertThat(
                        with(
                                        "teacher.file=",
                                        "teacher.model=m",
                                        "budget.policy=margin",
                                        "budget.share=0.5",
                                        "budget.model=m",
                                        "follow.signatures=accept")
                                .followedModels())
                .containsExactly("m");
    }

    private static TeacherConfig with(String... settings) {
        List<String> all = new ArrayList<>(REQUIRED);
        all.addAll(List.of(settings));
        return Configuration.of(TeacherConfig.class, all);
    }

    private static List<String> problems(String... settings) {
        return catchThrowableOfType(ConfigurationException.class, () -> with(settings)).problems();
    }
}
