package io.decant.trainer.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.pipeline.record.RecordCodec;
import io.decant.serde.WriterSchemas;
import io.decant.serde.testing.FakeRegistry;
import io.decant.trainer.journal.JournalRecord;
import io.decant.trainer.journal.JournalSource;
import io.decant.trainer.learn.PredictionListener;
import io.decant.trainer.replay.Outcome;
import io.decant.trainer.replay.RecordedRun;
import io.decant.trainer.replay.Replay;
import io.decant.trainer.replay.ReplayWatcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalExportTest {
    private static final int VERSIONS = 10;

    @TempDir Path folder;
    private FakeRegistry registry;
    private RecordedRun run;
    private Path file;

    @BeforeEach
    void learnLive() {
        registry = FakeRegistry.start();
        run = new RecordedRun(registry, VERSIONS, 2);
        file = folder.resolve("student.avro");
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    private JournalExport.Summary export(OptionalLong from, OptionalLong to) {
        return new JournalExport(
                        run,
                        WriterSchemas.ofRegistry(RecordCodec.properties(run.cluster())),
                        ReplayWatcher.NONE,
                        () -> Instant.EPOCH)
                .write(file, from, to);
    }

    private static Outcome verifyAll(Path file) {
        try (FileHistory history = new FileHistory(file)) {
            return new Replay(history, ReplayWatcher.NONE, PredictionListener.NONE).verifyAll();
        }
    }

    @Test
    void aFileIsEnoughToVerifyEveryVersionWhenTheRegistryIsGone() {
        // Given
        JournalExport.Summary summary = export(OptionalLong.empty(), OptionalLong.empty());
        registry.close();
        // When
        Outcome outcome = verifyAll(file);
        // Then
        assertThat(summary.startVersion()).isZero();
        assertThat(outcome.allEqual()).isTrue();
        assertThat(outcome.equal()).isEqualTo(VERSIONS);
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void recordsKeepTheirBytesOffsetsAndTimes() {
        // Given
        export(OptionalLong.empty(), OptionalLong.empty());
        List<JournalRecord> found = new ArrayList<>();
        // When
        try (FileHistory history = new FileHistory(file);
                JournalSource journal = history.openJournal()) {
            history.lineage()
                    .values()
                    .forEach(
                            version ->
                                    version.getSpans()
                                            .forEach(
                                                    span ->
                                                            journal.read(
                                                                    span.getPartition(),
                                                                    span.getFirstOffset(),
                                                                    span.getLastOffset(),
                                                                    found::add)));
        }
        // Then
        for (int partition = 0; partition < run.journal.size(); partition++) {
            int of = partition;
            assertThat(found.stream().filter(record -> record.partition() == of))
                    .usingRecursiveFieldByFieldElementComparator()
                    .containsExactlyElementsOf(run.journal.get(partition));
        }
    }

    @Test
    void aRangeOfVersionsCarriesTheStateBeforeIt() {
        // Given
        JournalExport.Summary summary = export(OptionalLong.of(6), OptionalLong.of(9));
        // When
        Outcome outcome = verifyAll(file);
        // Then
        assertThat(summary.startVersion()).isEqualTo(4);
        assertThat(outcome.allEqual()).isTrue();
        assertThat(outcome.starts()).containsExactly(4L);
        assertThat(outcome.equal()).isEqualTo(5);
    }

    @Test
    void whatTheJournalLostIsLeftOutUnlessItIsAskedFor() {
        // Given
        run.expireJournalBefore(3);
        // When
        JournalExport.Summary summary = export(OptionalLong.empty(), OptionalLong.empty());
        // Then
        assertThat(summary.startVersion()).isEqualTo(4);
        assertThat(verifyAll(file).allEqual()).isTrue();
        assertThatThrownBy(() -> export(OptionalLong.of(2), OptionalLong.empty()))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining("offsets")
                .hasMessageContaining("are gone");
        assertThatThrownBy(() -> export(OptionalLong.of(2), OptionalLong.of(11)))
                .hasMessageContaining("has versions 1 to 10");
    }

    @Test
    void aTruncatedFileIsRefusedWhereverItWasCut() throws Exception {
        // Given
        export(OptionalLong.empty(), OptionalLong.empty());
        byte[] whole = Files.readAllBytes(file);
        for (int bytes :
                new int[] {0, 3, 100, whole.length / 2, whole.length - 17, whole.length - 1}) {
            Path cut = Files.write(folder.resolve("cut.avro"), Arrays.copyOf(whole, bytes));
            // When, Then
            assertThatThrownBy(() -> new FileHistory(cut))
                    .as("%d of %d bytes", bytes, whole.length)
                    .isInstanceOf(ExportException.class)
                    .hasMessageContaining("cut.avro");
        }
    }

    @Test
    void whatIsNoExportIsRefusedInASentence() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "not a journal");
        assertThatThrownBy(() -> new FileHistory(text))
                .isInstanceOf(ExportException.class)
                .hasMessageContaining("not an exported journal");
        assertThatThrownBy(() -> new FileHistory(folder.resolve("absent")))
                .hasMessageContaining("there is no file");
    }

    @Test
    void aFailedExportLeavesTheOldFileAndNothingElse() throws Exception {
        // Given
        export(OptionalLong.empty(), OptionalLong.empty());
        byte[] before = Files.readAllBytes(file);
        JournalRecord last = run.journal.get(0).get(run.journal.get(0).size() - 1);
        run.replace(last, new JournalRecord(0, last.offset() + 100, 0, null, null));
        registry.close();
        // When
        assertThatThrownBy(() -> export(OptionalLong.empty(), OptionalLong.empty()))
                .isInstanceOf(RuntimeException.class);
        // Then
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }
}
