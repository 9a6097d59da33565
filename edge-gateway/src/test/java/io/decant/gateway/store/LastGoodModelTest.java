package io.decant.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.follower.Versions;
import io.decant.follower.reload.CandidateCheck.Verdict;
import io.decant.gateway.store.LastGoodModel.Found;
import io.decant.pipeline.sign.SignaturePolicy;
import io.decant.pipeline.sign.TrustedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastGoodModelTest {
    @TempDir Path folder;
    private final ManualClock clock = new ManualClock();
    private LastGoodModel disk;

    @BeforeEach
    void open() {
        disk = open(Versions.MODEL, 1 << 20);
    }

    private LastGoodModel open(String model, long maxModelBytes) {
        return new LastGoodModel(
                folder.resolve("deep"),
                model,
                Versions.CHECK,
                SignaturePolicy.ACCEPT,
                TrustedKeys.NONE,
                maxModelBytes);
    }

    private void save(long version) throws IOException {
        disk.save(Versions.small().accepted(version));
    }

    @Test
    void findsNothingInAnEmptyFolder() {
        assertThat(disk.load()).isEqualTo(new Found.Nothing());
    }

    @Test
    void givesBackManifestAndWeightsAsTheyWereWritten() throws IOException {
        // Given
        save(6);
        save(7);

        // When
        Found found = disk.load();

        // Then
        Verdict.Accepted seven = Versions.small().accepted(7);
        assertThat(found).isInstanceOf(Found.Good.class);
        assertThat(((Found.Good) found).model().manifest()).isEqualTo(seven.manifest());
        assertThat(((Found.Good) found).model().chain().weights())
                .containsExactly(seven.chain().weights());
        assertThat(folder.resolve("deep").toFile().list()).hasSize(1);
    }

    @Test
    void refusesEveryTruncationOfTheFile() throws IOException {
        // Given
        save(7);
        byte[] whole = Files.readAllBytes(disk.file());
        // The zip's directory at the end is for other tools; all content stands before it.
        int content = lastIndexOf(whole, new byte[] {'P', 'K', 1, 2}, 3);

        for (int length = 0; length < content; length += 7) {
            // When
            Files.write(disk.file(), Arrays.copyOf(whole, length));

            // Then
            assertThat(disk.load()).as("%s bytes", length).isInstanceOf(Found.Unusable.class);
        }
    }

    @Test
    void refusesAFlippedBitAnywhereInTheWeights() throws IOException {
        // Given
        save(7);
        byte[] whole = Files.readAllBytes(disk.file());
        byte[] damaged = whole.clone();
        damaged[lastIndexOf(whole, new byte[] {'P', 'K', 1, 2}, 3) - 60] ^= 1;
        Files.write(disk.file(), damaged);

        // When
        Found found = disk.load();

        // Then
        assertThat(found).isInstanceOf(Found.Unusable.class);
        assertThat(((Found.Unusable) found).reason()).contains(disk.file().toString());
    }

    @Test
    void refusesAFileOfAnotherModel() throws IOException {
        // Given
        save(7);
        LastGoodModel other = open("other", 1 << 20);
        Files.move(disk.file(), other.file());

        // When
        Found found = other.load();

        // Then
        assertThat(((Found.Unusable) found).reason())
                .contains("it is of model student; expected other");
    }

    @Test
    void refusesAFileLargerThanTheBound() throws IOException {
        // Given
        save(7);
        LastGoodModel strict = open(Versions.MODEL, 100);

        // When
        Found found = strict.load();

        // Then
        assertThat(((Found.Unusable) found).reason())
                .contains("model.safetensors has more than 100 bytes");
    }

    @Test
    void isWrittenAtOnceThenOnceAnIntervalAndAtTheEnd() {
        // Given
        LastGoodKeeper keeper = new LastGoodKeeper(disk, Duration.ofSeconds(60), clock);

        // When, then
        keeper.saveIfDue();
        assertThat(disk.load()).isInstanceOf(Found.Nothing.class);
        keeper.served(Versions.small().accepted(1));
        keeper.saveIfDue();
        assertThat(versionOnDisk()).isEqualTo(1);
        keeper.served(Versions.small().accepted(2));
        clock.advance(Duration.ofSeconds(59));
        keeper.saveIfDue();
        assertThat(versionOnDisk()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        keeper.saveIfDue();
        assertThat(versionOnDisk()).isEqualTo(2);
        keeper.served(Versions.small().accepted(3));
        keeper.close();
        assertThat(versionOnDisk()).isEqualTo(3);
    }

    @Test
    void aDiskThatFailsIsTriedAgainAndStopsNothing() throws IOException {
        // Given a file where the folder should be
        Files.writeString(folder.resolve("deep"), "in the way");
        LastGoodKeeper keeper = new LastGoodKeeper(disk, Duration.ofSeconds(60), clock);
        keeper.served(Versions.small().accepted(1));
        keeper.saveIfDue();

        // When
        Files.delete(folder.resolve("deep"));
        clock.advance(Duration.ofSeconds(60));
        keeper.saveIfDue();

        // Then
        assertThat(versionOnDisk()).isEqualTo(1);
    }

    private long versionOnDisk() {
        return ((Found.Good) disk.load()).model().manifest().getVersion();
    }

    /** Where {@code pattern} stands for the {@code nth} time, counted from the end. */
    private static int lastIndexOf(byte[] bytes, byte[] pattern, int nth) {
        int left = nth;
        for (int i = bytes.length - pattern.length; i >= 0; i--) {
            if (Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)
                    && --left == 0) {
                return i;
            }
        }
        throw new AssertionError("pattern not found");
    }
}
