package io.decant.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxDatasetTest {
    private static final String IMAGES = "train-images-idx3-ubyte";
    private static final String LABELS = "train-labels-idx1-ubyte";

    @TempDir Path folder;

    @BeforeEach
    void aDatasetOfThreeSamplesOfTwoByTwo() throws IOException {
        put(IMAGES, IdxFiles.idx(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, -1, -2, -3, -4}, 3, 2, 2));
        put(LABELS, IdxFiles.idx(new byte[] {0, 4, 1}, 3));
        put("t10k-images-idx3-ubyte", IdxFiles.idx(new byte[] {9, 9, 9, 9}, 1, 2, 2));
        put("t10k-labels-idx1-ubyte", IdxFiles.idx(new byte[] {6}, 1));
    }

    @Test
    void samplesLabelsShapeAndClassCountComeFromTheFiles() {
        // When
        IdxDataset dataset = IdxDataset.open(folder);
        // Then
        assertThat(dataset.training().size()).isEqualTo(3);
        assertThat(dataset.training().shape()).isEqualTo(List.of(2, 2));
        assertThat(dataset.training().sample(2)).containsExactly(-1, -2, -3, -4);
        assertThat(dataset.training().label(1)).isEqualTo(4);
        assertThat(dataset.classCount()).isEqualTo(7);
        ByteBuffer copy = ByteBuffer.allocate(8);
        dataset.training().copy(1, 3, copy);
        assertThat(copy.array()).containsExactly(4, 5, 6, 7, -1, -2, -3, -4);
        assertThatThrownBy(() -> dataset.training().sample(3))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void samplesAreShownOnceForEachWayWithTheirLabels() {
        // Given
        IdxSplit training = IdxDataset.open(folder).training();
        // When: the last two as they are, then backwards
        IdxSplit shown =
                training.shown(
                        1,
                        3,
                        List.of(
                                sample -> sample,
                                sample -> new byte[] {sample[3], sample[2], sample[1], sample[0]}));
        // Then
        assertThat(shown.size()).isEqualTo(4);
        assertThat(shown.shape()).isEqualTo(training.shape());
        assertThat(shown.sample(1)).containsExactly(-1, -2, -3, -4);
        assertThat(shown.sample(2)).containsExactly(7, 6, 5, 4);
        assertThat(new int[] {shown.label(0), shown.label(1), shown.label(2), shown.label(3)})
                .containsExactly(4, 1, 4, 1);
        assertThat(training.sample(1)).containsExactly(4, 5, 6, 7);
    }

    @Test
    void standardisationIsThatOfTheChosenSamples() {
        // When
        InputSpec input = IdxDataset.open(folder).training().standardisedBy(0, 2);
        // Then
        assertThat(input.mean() * 255).isCloseTo(3.5, within(1e-12));
        assertThat(input.sd() * 255).isCloseTo(Math.sqrt(5.25), within(1e-12));
        assertThat(input.shape()).isEqualTo(List.of(2, 2));
        assertThatThrownBy(() -> IdxDataset.open(folder).test().standardisedBy(0, 1))
                .hasMessageContaining("are all one value");
    }

    @Test
    void packedFilesReadTheSame() throws IOException {
        // Given
        IdxDataset plain = IdxDataset.open(folder);
        put(IMAGES + ".gz", IdxFiles.gzip(Files.readAllBytes(folder.resolve(IMAGES))));
        Files.delete(folder.resolve(IMAGES));
        // When
        IdxDataset packed = IdxDataset.open(folder);
        // Then
        assertThat(packed.training().digest()).isEqualTo(plain.training().digest()).hasSize(64);
        assertThat(packed.training().digest()).isNotEqualTo(packed.test().digest());
    }

    @Test
    void aMissingFileIsNamedWithWhatAFolderHolds() throws IOException {
        Files.delete(folder.resolve(LABELS));
        assertRefused("has neither " + LABELS + " nor " + LABELS + ".gz");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(folder.resolve(IMAGES));
        put(IMAGES, Arrays.copyOf(whole, whole.length - 1));
        assertRefused(
                IMAGES + " is truncated: shape [3, 2, 2] needs 12 bytes, 11 follow the header");
        put(IMAGES, Arrays.copyOf(whole, 6));
        assertRefused(IMAGES + " is truncated: it ends before its header says");
    }

    @Test
    void aTruncatedOrDamagedPackedFileIsRefused() throws IOException {
        byte[] packed = IdxFiles.gzip(Files.readAllBytes(folder.resolve(IMAGES)));
        Files.delete(folder.resolve(IMAGES));
        put(IMAGES + ".gz", Arrays.copyOf(packed, packed.length / 2));
        assertRefused("truncated");
        put(IMAGES + ".gz", new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
        assertRefused("is damaged: Not in GZIP format");
    }

    @Test
    void aHeaderThatPromisesTooMuchDoesNotAllocateIt() throws IOException {
        put(IMAGES, IdxFiles.idx(new byte[12], 1 << 20, 1000, 1000));
        assertRefused("is larger than the 1073741824 bytes that are read");
        put(IMAGES, IdxFiles.idx(new byte[12], -1, 2, 2));
        assertRefused("dimension 0 must be at least 1, was -1");
    }

    @Test
    void anotherMagicNumberIsRefused() throws IOException {
        put(IMAGES, new byte[] {0, 0, 0x0e, 1, 0, 0, 0, 1, 0, 0, 0, 0});
        assertRefused("starts with 00000e01");
    }

    @Test
    void sizesThatDoNotMatchAreRefused() throws IOException {
        put(LABELS, IdxFiles.idx(new byte[2], 2));
        assertRefused("has 3 samples");
        put(LABELS, IdxFiles.idx(new byte[4], 3));
        assertRefused("is longer than its shape [3] says");
        put(LABELS, IdxFiles.idx(new byte[3], 3));
        put("t10k-images-idx3-ubyte", IdxFiles.idx(new byte[6], 1, 2, 3));
        assertRefused("training samples have shape [2, 2], test samples [2, 3]");
    }

    /** Two samples 0.5, -1.5 and 2.5, 1 of classes 300 and 2, as other tools write them. */
    private void floats() throws IOException {
        Files.delete(folder.resolve(IMAGES));
        Files.delete(folder.resolve(LABELS));
        put(
                "train-images-idx2-float",
                HexFormat.of()
                        .parseHex(
                                "00000d02"
                                        + "00000002"
                                        + "00000002"
                                        + "3f000000bfc000004020"
                                        + "00003f800000"));
        put(
                "train-labels-idx1-short",
                HexFormat.of().parseHex("00000b01" + "00000002" + "012c0002"));
        put(
                "t10k-images-idx3-ubyte",
                HexFormat.of().parseHex("00000d02" + "00000001" + "00000002" + "0000000000000000"));
        put(
                "t10k-labels-idx1-ubyte",
                HexFormat.of().parseHex("00000c01" + "00000001" + "00000190"));
    }

    @Test
    void samplesMayBeFloatsAndLabelsShortsOrInts() throws IOException {
        // Given
        floats();
        // When
        IdxDataset dataset = IdxDataset.open(folder);
        // Then
        IdxSplit training = dataset.training();
        assertThat(training.dtype()).isEqualTo(DType.F32);
        assertThat(training.shape()).isEqualTo(List.of(2));
        assertThat(HexFormat.of().formatHex(training.sample(1)))
                .as("2.5 and 1, little-endian")
                .isEqualTo("000020400000803f");
        assertThat(training.label(0)).isEqualTo(300);
        assertThat(training.label(1)).isEqualTo(2);
        assertThat(dataset.test().label(0)).isEqualTo(400);
        assertThat(dataset.classCount()).isEqualTo(401);
    }

    @Test
    void floatsAreStandardisedAsTheyAre() throws IOException {
        // Given
        floats();
        // When
        InputSpec input = IdxDataset.open(folder).training().standardisedBy(0, 2);
        // Then
        assertThat(input.dtype()).isEqualTo(DType.F32);
        assertThat(input.scale()).isEqualTo(1);
        assertThat(input.mean()).isCloseTo(0.625, within(1e-12));
        assertThat(input.sd()).isCloseTo(Math.sqrt(2.046875), within(1e-12));
    }

    @Test
    void twoFilesForOnePartAreRefused() throws IOException {
        Files.copy(folder.resolve(IMAGES), folder.resolve("train-images-idx3-float"));
        assertRefused("has both train-images-idx3-float and " + IMAGES + "; keep one of them");
    }

    @Test
    void elementsThatAreNoSamplesOrNoLabelsAreRefused() throws IOException {
        put(
                IMAGES,
                HexFormat.of()
                        .parseHex(
                                "00000d02" + "00000003" + "00000001" + "3f8000007fc000003f800000"));
        assertRefused("sample 1 holds NaN; expected finite numbers");
        put(IMAGES, HexFormat.of().parseHex("00000b01" + "00000003" + "000000000000"));
        assertRefused("has elements of type I16; expected one of [U8, F32]");
        put(IMAGES, IdxFiles.idx(new byte[] {0, 1, 2}, 3));
        put(LABELS, HexFormat.of().parseHex("00000b01" + "00000003" + "0000ffff0000"));
        assertRefused("label 1 is -1; expected 0 to 65535");
        put(LABELS, HexFormat.of().parseHex("00000d01" + "00000003" + "000000000000000000000000"));
        assertRefused("has elements of type F32; expected one of [U8, I16, I32]");
    }

    private void put(String name, byte[] content) throws IOException {
        Files.write(folder.resolve(name), content);
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> IdxDataset.open(folder))
                .isInstanceOf(InvalidDatasetException.class)
                .hasMessageContaining(reason);
    }
}
