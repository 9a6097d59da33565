package io.decant.follower.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SwapUnderLoadTest {
    private static final int READERS = 8;
    private static final int SWAPS = 1000;
    private static final CandidateCheck.Verdict.Accepted ANY = Versions.small().accepted(1);

    /** What one reader saw. */
    private record Seen(long answers, long wrong, boolean backwards, long lastVersion) {}

    @Test
    void everyAnswerIsOfOneVersionWhileThousandSwapsHappen() throws Exception {
        // Given readers that ask until the last swap is over
        Versions versions = Versions.small();
        ManualClock clock = new ManualClock();
        ServingSlot slot = new ServingSlot();
        slot.swap(ServingModel.of(versions.accepted(1), clock.instant()), 0, false);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(READERS);
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        List<Future<Seen>> results = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            results.add(readers.submit(() -> read(slot, over, reading)));
        }
        reading.await();

        // When
        for (long version = 2; version <= SWAPS + 1; version++) {
            slot.swap(ServingModel.of(versions.accepted(version), clock.instant()), 0, false);
        }
        over.set(true);
        readers.shutdown();

        // Then
        for (Future<Seen> result : results) {
            Seen seen = result.get();
            assertThat(seen.answers()).isPositive();
            assertThat(seen.wrong()).isZero();
            assertThat(seen.backwards()).isFalse();
            assertThat(seen.lastVersion()).isEqualTo(SWAPS + 1);
        }
    }

    @Test
    void aStudentIsFreedAfterItsLastAnswerAndNeverUnderAReader() throws Exception {
        // Given readers that ask until the last swap is over
        ServingSlot slot = new ServingSlot();
        List<WatchedStudent> students = new ArrayList<>();
        serve(slot, students);
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(READERS);
        ExecutorService readers = Executors.newFixedThreadPool(READERS);
        List<Future<Long>> results = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            results.add(readers.submit(() -> ask(slot, over, reading)));
        }
        reading.await();

        // When
        for (int i = 0; i < 20 * SWAPS; i++) {
            serve(slot, students);
        }
        over.set(true);
        readers.shutdown();
        for (Future<Long> result : results) {
            assertThat(result.get()).isPositive();
        }

        // Then
        assertThat(students).allMatch(student -> student.misuses() == 0);
        WatchedStudent served = students.remove(students.size() - 1);
        assertThat(students).allMatch(student -> student.frees() == 1);
        assertThat(served.frees()).isZero();
        slot.close();
        assertThat(served.frees()).isEqualTo(1);
    }

    private static void serve(ServingSlot slot, List<WatchedStudent> students) {
        WatchedStudent student = new WatchedStudent();
        students.add(student);
        ServingModel model =
                ServingModel.of(
                        new CandidateCheck.Verdict.Accepted(
                                ANY.record(), ANY.chain(), new SharedStudent(student)),
                        new ManualClock().instant());
        slot.swap(model, 0, false);
        model.letGo();
    }

    private static long ask(ServingSlot slot, AtomicBoolean over, CountDownLatch reading) {
        float[] logits = new float[Versions.CLASSES];
        long answers = 0;
        while (!over.get()) {
            ServingModel model = slot.hold().orElseThrow();
            model.logits(new byte[4], 0, logits);
            model.letGo();
            answers++;
            reading.countDown();
        }
        return answers;
    }

    private static Seen read(ServingSlot slot, AtomicBoolean over, CountDownLatch reading) {
        byte[] input = {9, 8, 7, 6};
        float[] logits = new float[Versions.CLASSES];
        long answers = 0;
        long wrong = 0;
        long last = 0;
        boolean backwards = false;
        boolean lastRound;
        do {
            lastRound = over.get();
            ServingModel model = slot.current().orElseThrow();
            model.logits(input, 0, logits);
            if (!java.util.Arrays.equals(logits, Versions.logits(model.version()))) {
                wrong++;
            }
            backwards |= model.version() < last;
            last = model.version();
            if (answers++ == 0) {
                reading.countDown();
            }
        } while (!lastRound);
        return new Seen(answers, wrong, backwards, last);
    }
}
