package io.decant.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.decant.model.spec.DType;
import io.decant.model.spec.InvalidModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchArchiveTest {
    private static final String CODE =
            """
            class Box(Module):
              __parameters__ = []
              __buffers__ = ["u8", "f32", "f16", "i64", ]
              u8 : Tensor
              f32 : Tensor
              f16 : Tensor
              i64 : Tensor
              training : bool
              count : int
              def get_u8(self: __torch__.Box) -> Tensor:
                return self.u8
              def get_f32(self: __torch__.Box) -> Tensor:
                return self.f32
              def get_f16(self: __torch__.Box) -> Tensor:
                return self.f16
              def get_i64(self: __torch__.Box) -> Tensor:
                return self.i64
              def add(self: __torch__.Box, amount: int) -> NoneType:
                _0 = torch.add_(self.i64, torch.add(self.count, amount))
                return None
            """;

    @TempDir Path folder;

    @Test
    void tensorsOfEveryTypeComeBackAndShareMemoryWithTheModule() {
        // Given
        byte[] f32 = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0};
        byte[] archive = archive(f32).toBytes();
        // When
        try (TorchModule module = TorchModule.load(archive)) {
            ByteBuffer i64 = module.buffer("get_i64");
            i64.putLong(8, 5);
            module.call("add", 2);
            // Then
            assertThat(module.buffer("get_f32").getFloat(0)).isEqualTo(1f);
            assertThat(module.buffer("get_f32").getFloat(4)).isEqualTo(-2f);
            assertThat(module.buffer("get_u8").get(2)).isEqualTo((byte) 0xff);
            assertThat(module.buffer("get_f16").getShort(0)).isEqualTo((short) 0x3c00);
            assertThat(i64.getLong(0)).isEqualTo(42);
            assertThat(i64.getLong(8)).isEqualTo(47);
        }
    }

    @Test
    void theSameCallsGiveTheSameBytes() {
        assertThat(archive(new byte[8]).toBytes()).isEqualTo(archive(new byte[8]).toBytes());
    }

    @Test
    void extraFilesAreReadBackByName() throws IOException {
        // Given
        Path file =
                Files.write(
                        folder.resolve("box.pt"),
                        archive(new byte[8]).extra("note.json", "{\"é\":1}").toBytes());
        // When // Then
        assertThat(TorchArchive.readExtra(file, "note.json")).hasValue("{\"é\":1}");
        assertThat(TorchArchive.readExtra(file, "other.json")).isEmpty();
    }

    @Test
    void aFileThatIsNoTorchScriptIsRefusedWithAdvice() throws IOException {
        // Given
        Path text = Files.writeString(folder.resolve("text.pt"), "not a model");
        Path pickle = folder.resolve("state.pt");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(pickle))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
        }
        // When // Then
        for (Path file : List.of(text, pickle)) {
            assertThatThrownBy(() -> TorchArchive.requireTorchScript(file))
                    .isInstanceOf(InvalidModelException.class)
                    .hasMessageContaining(
                            file
                                    + " is not a TorchScript archive: save the model with torch.jit.save");
        }
        assertThatThrownBy(() -> TorchArchive.requireTorchScript(folder.resolve("absent.pt")))
                .hasMessageContaining("does not exist");
    }

    @Test
    void aTensorOfTheWrongSizeIsRefused() {
        assertThatThrownBy(
                        () ->
                                new TorchArchive("Box", CODE)
                                        .tensor("f32", DType.F32, List.of(3), new byte[8]))
                .hasMessage("tensor f32 of shape [3] and type f32 needs 12 bytes, got 8");
    }

    @Test
    void codeThatLibtorchRefusesIsReported() {
        byte[] archive =
                new TorchArchive(
                                "Box",
                                "class Box(Module):\n  def f(self) -> int:\n    return nothing\n")
                        .toBytes();
        assertThatThrownBy(() -> TorchModule.load(archive))
                .isInstanceOf(InvalidModelException.class)
                .hasMessageStartingWith("libtorch refuses the module: ");
    }

    @Test
    void oneProcessHasOneThreadCount() {
        // Given
        Torch.start(TorchSettings.defaults());
        // When // Then
        Torch.start(TorchSettings.defaults());
        assertThatThrownBy(() -> Torch.start(new TorchSettings(2)))
                .hasMessageContaining(
                        "libtorch already runs with 1 threads in this process, 2 were asked for");
    }

    @Test
    void engineAndCpuAreNamed() {
        assertThat(Torch.engineDescription()).contains("libtorch 2.7.1").contains("1 thread");
        assertThat(Torch.cpuCapability())
                .startsWith(System.getProperty("os.arch"))
                .isEqualTo(Torch.cpuCapability());
    }

    private static TorchArchive archive(byte[] f32) {
        return new TorchArchive("Box", CODE)
                .tensor("u8", DType.U8, List.of(1, 3), new byte[] {1, 2, -1})
                .tensor("f32", DType.F32, List.of(2), f32)
                .tensor("f16", DType.F16, List.of(1), new byte[] {0, 0x3c})
                .zeros("i64", DType.I64, List.of(2))
                .integer("count", 40);
    }
}
