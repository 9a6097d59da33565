package io.decant.pipeline.failpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailPointTest {
    @Test
    void aPointIsCalledByItsServiceAndItsPlace() {
        assertThat(FailPoint.TRAINER_BEFORE_COMMIT.label()).isEqualTo("trainer.before-commit");
        assertThat(FailPoint.GATEWAY_DURING_STORE.service()).isEqualTo("gateway");
    }

    @Test
    void aProcessWithoutTheVariablePassesEveryPoint() {
        // Given this process, which no crash test has started
        assertThat(System.getenv(FailPoint.FOLDER)).isNull();

        // When it comes by, then it goes on
        for (FailPoint point : FailPoint.values()) {
            point.reach();
        }
    }

    @Test
    void aPointForWhichNoFileLiesTakesNobody(@TempDir Path folder) throws IOException {
        // Given a file for another point
        Files.createFile(folder.resolve("trainer.after-commit"));

        // When a process passes, then it is not taken and the file stays
        assertThat(new Snare(folder).takes("trainer.before-commit")).isFalse();
        assertThat(folder.resolve("trainer.after-commit")).exists();
    }

    @Test
    void aFileTakesExactlyOneOfManyThatPassAndSaysWhichProcessItWas(@TempDir Path folder)
            throws Exception {
        // Given one file, and many threads that come by at once
        Files.createFile(folder.resolve("teacher.before-send"));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            // When they pass
            List<Future<Boolean>> passing = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                passing.add(threads.submit(() -> new Snare(folder).takes("teacher.before-send")));
            }
            int taken = 0;
            for (Future<Boolean> one : passing) {
                taken += one.get() ? 1 : 0;
            }

            // Then one was taken, and the folder names its process
            assertThat(taken).isEqualTo(1);
            try (var files = Files.list(folder)) {
                assertThat(files)
                        .containsExactly(
                                folder.resolve(
                                        "teacher.before-send.reached-"
                                                + ProcessHandle.current().pid()));
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
