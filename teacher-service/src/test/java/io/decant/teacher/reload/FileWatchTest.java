package io.decant.teacher.reload;

import static io.decant.teacher.reload.FileWatch.Look.CHANGING;
import static io.decant.teacher.reload.FileWatch.Look.SETTLED;
import static io.decant.teacher.reload.FileWatch.Look.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileWatchTest {
    private static final FileStamp FIRST = stamp(100, 1, "a");
    private static final FileStamp SECOND = stamp(100, 2, "a");

    private final FileWatch watch = new FileWatch(FIRST);

    @Test
    void aFileThatStaysAsItIsIsNeverOpened() {
        assertThat(looks(FIRST, FIRST, stamp(100, 1, "a"))).containsOnly(UNCHANGED);
    }

    @Test
    void aChangeIsOpenedWhenItLookedTheSameTwice() {
        assertThat(looks(FIRST, SECOND, SECOND)).containsExactly(UNCHANGED, CHANGING, SETTLED);
    }

    @Test
    void aFileThatIsBeingWrittenIsLeftAlone() {
        assertThat(looks(stamp(10, 2, "a"), stamp(60, 3, "a"), stamp(90, 4, "a")))
                .containsOnly(CHANGING);
    }

    @Test
    void sizeTimeAndIdentityEachMakeAChange() {
        for (FileStamp other :
                List.of(stamp(101, 1, "a"), stamp(100, 2, "a"), stamp(100, 1, "b"))) {
            assertThat(new FileWatch(FIRST).look(Optional.of(other))).isEqualTo(CHANGING);
        }
    }

    @Test
    void aFileThatWasAwayInBetweenBeginsAnew() {
        assertThat(looks(SECOND, null, SECOND, SECOND))
                .containsExactly(CHANGING, UNCHANGED, CHANGING, SETTLED);
    }

    @Test
    void whatWasJudgedIsLeftAloneUntilItChangesAgain() {
        // Given
        assertThat(looks(SECOND, SECOND)).endsWith(SETTLED);

        // When
        watch.judged(SECOND);

        // Then
        assertThat(looks(SECOND, SECOND, FIRST, FIRST))
                .containsExactly(UNCHANGED, UNCHANGED, CHANGING, SETTLED);
    }

    @Test
    void aSettledFileThatNobodyJudgedStaysSettled() {
        assertThat(looks(SECOND, SECOND, SECOND)).containsExactly(CHANGING, SETTLED, SETTLED);
    }

    /** One look after the other; null = no file. */
    private List<FileWatch.Look> looks(FileStamp... seen) {
        List<FileWatch.Look> looks = new ArrayList<>();
        for (FileStamp stamp : seen) {
            looks.add(watch.look(Optional.ofNullable(stamp)));
        }
        return looks;
    }

    private static FileStamp stamp(long bytes, long modifiedMillis, String identity) {
        return new FileStamp(bytes, FileTime.fromMillis(modifiedMillis), Optional.of(identity));
    }
}
