package io.decant.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.cli.models.VersionCheck.Finding;
import io.decant.model.forward.InstalledStudents;
import io.decant.model.spec.ModelSpec;
import io.decant.pipeline.sign.TrustedKeys;
import io.decant.records.CheckpointForm;
import io.decant.records.CheckpointManifest;
import io.decant.records.FormKind;
import io.decant.records.WeightsChunk;
import io.decant.serde.WriterSchemas;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Versions 1, 3 and 6 have anchors; all but 1 have deltas. */
class VersionCheckTest {
    private static final double TOLERANCE = 1e-3;

    private final Registers registers = new Registers(3).publish(7);
    private final List<Long> read = new ArrayList<>();

    private VersionCheck check() {
        return new VersionCheck(
                registers.register(),
                this::chunks,
                new SignatureCheck(Optional.empty(), WriterSchemas.of(Map.of())),
                TOLERANCE,
                InstalledStudents.none());
    }

    private List<WeightsChunk> chunks(CheckpointForm form) {
        List<WeightsChunk> chunks = registers.chunks(form);
        chunks.forEach(chunk -> read.add(chunk.getVersion()));
        return chunks;
    }

    private static String reason(Finding finding) {
        assertThat(finding).isInstanceOf(Finding.Wrong.class);
        return ((Finding.Wrong) finding).reason();
    }

    private CheckpointManifest manifest(long version) {
        return registers.register().versions().get(version).value();
    }

    private void damage(long version, FormKind kind) {
        ByteBuffer data = registers.chunk(version, kind).getData();
        data.put(data.limit() - 1, (byte) (data.get(data.limit() - 1) ^ 1));
    }

    @Test
    void eachVersionIsRebuiltInEveryFormThatItHas() {
        // Given
        VersionCheck check = check();
        // When
        List<Finding> findings =
                registers.register().versions().keySet().stream().map(check::check).toList();
        // Then
        assertThat(findings).allMatch(finding -> finding instanceof Finding.Sound);
        assertThat(((Finding.Sound) findings.get(0)).ways()).containsExactly("anchor");
        assertThat(((Finding.Sound) findings.get(4)).ways()).containsExactly("delta on version 4");
        assertThat(((Finding.Sound) findings.get(5)).ways())
                .containsExactly("delta on version 5", "anchor");
        assertThat(((Finding.Sound) findings.get(6)).weights().weights())
                .containsExactly(registers.weights());
    }

    @Test
    void inAscendingOrderNothingIsReadTwice() {
        VersionCheck check = check();
        registers.register().versions().keySet().forEach(check::check);
        // Versions 3 and 6 have two forms.
        assertThat(read).containsExactly(1L, 2L, 3L, 3L, 4L, 5L, 6L, 6L, 7L);
    }

    @Test
    void oneVersionIsRebuiltFromTheNearestAnchorAlone() {
        check().check(5);
        assertThat(read).containsExactly(3L, 4L, 5L);
    }

    @Test
    void damageIsNamedWithTheFormThatHasIt() {
        damage(7, FormKind.DELTA);
        assertThat(reason(check().check(7)))
                .contains(
                        "its delta at partition 0 offset 8 of model-weights: chunk 0 of 1 does not have the SHA-256");
    }

    @Test
    void damageOnTheWayIsNamedWithTheVersionThatHasIt() {
        damage(4, FormKind.DELTA);
        assertThat(reason(check().check(5)))
                .startsWith(
                        "it is built on version 4, and there: its delta at partition 0 offset 4");
    }

    @Test
    void aVersionWithASoundAnchorDoesNotSufferFromItsParent() {
        damage(5, FormKind.DELTA);
        Finding finding = check().check(6);
        assertThat(((Finding.Sound) finding).ways()).containsExactly("anchor");
    }

    @Test
    void aFormThatIsWrongIsFoundAlthoughTheOtherIsSound() {
        damage(6, FormKind.ANCHOR);
        assertThat(reason(check().check(6))).contains("its anchor at partition 0 offset 7");
    }

    @Test
    void chunksThatAreGoneAreNamedWithTheirPlace() {
        CheckpointManifest manifest = manifest(1);
        VersionCheck check =
                new VersionCheck(
                        registers.register(),
                        form -> List.of(),
                        new SignatureCheck(Optional.empty(), WriterSchemas.of(Map.of())),
                        TOLERANCE,
                        InstalledStudents.none());
        assertThat(manifest.getForms()).hasSize(1);
        assertThat(reason(check.check(1)))
                .startsWith(
                        "its anchor at partition 0 offset 0 of model-weights: the offset range holds 0 chunks");
    }

    @Test
    void otherWeightsThanAnnouncedAreRefused() {
        manifest(1).setWeightsDigest(manifest(2).getWeightsDigest());
        assertThat(reason(check().check(1))).contains("must have the SHA-256").contains("anchor");
    }

    @Test
    void anotherSpecificationThanAnnouncedIsRefused() {
        manifest(1)
                .setSpecDigest(
                        ByteBuffer.wrap(
                                ModelSpec.mlp(List.of(6, 4, 3), Registers.SPEC.input()).digest()));
        assertThat(reason(check().check(1))).contains("its specification");
    }

    @Test
    void otherAnswersThanExpectedAreRefused() {
        manifest(1).setExpectedLogits(List.of(List.of(9f, 9f, 9f)));
        assertThat(reason(check().check(1))).contains("its trainer expects 9.0");
    }

    @Test
    void aVersionWithoutAnAnchorBehindItCannotBeRebuilt() {
        registers.remove(1);
        assertThat(reason(check().check(2))).contains("it has no anchor, and neither has");
        assertThat(reason(check().check(1))).contains("has no such version");
        assertThat(check().check(3)).isInstanceOf(Finding.Sound.class);
    }

    @Test
    void anUnsignedVersionIsSoundOnlyWhileNoKeysAreGiven() {
        VersionCheck strict =
                new VersionCheck(
                        registers.register(),
                        this::chunks,
                        new SignatureCheck(
                                Optional.of(TrustedKeys.NONE), WriterSchemas.of(Map.of())),
                        TOLERANCE,
                        InstalledStudents.none());
        assertThat(reason(strict.check(1))).contains("it is not signed");
        assertThat(((Finding.Sound) check().check(1)).signed())
                .isEqualTo(new SignatureCheck.Signed.Unsigned());
    }
}
