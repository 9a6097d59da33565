package io.decant.it.harness;

import io.decant.model.torch.TorchArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes teachers that answer the same to every sample. <i>Thread-safe.</i> */
public final class ConstantTeacher {
    private ConstantTeacher() {}

    /**
     * A TorchScript teacher for raw input of shape [width], two classes, logits (value, -value).
     *
     * @param dtype of the input: u8 or f32
     * @param value so large that softmax gives exactly one and zero, also after division by a temperature
     */
    public static Path write(Path folder, String dtype, int width, double value) {
        String code = """
                class Constant(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def forward(self: __torch__.Constant, x: Tensor) -> Tensor:
                    ones = torch.ones([torch.size(x, 0), 1])
                    return torch.cat([torch.mul(ones, %1$s), torch.mul(ones, -%1$s)], 1)
                """.formatted(value);
        String facts = "{\"input\":{\"dtype\":\"" + dtype + "\",\"shape\":[" + width + "],\"scale\":1.0,\"mean\":0.0,\"sd\":1.0},\"takesRaw\":true}";
        Path file = folder.resolve("constant-teacher.pt");
        try {
            Files.write(file, new TorchArchive("Constant", code).extra("decant.json", facts).toBytes());
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
        return file;
    }
}
