package io.decant.model.forward;

import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import io.decant.model.torch.MlpSource;
import io.decant.model.torch.TorchArchive;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Exports a perceptron as a forward-only TorchScript module that PyTorch opens: raw input [B, …] in
 * the spec's dtype to logits [B, C], standardisation inside. Each parameter is a buffer of its own,
 * {@code fc1_weight [d1, d0]} and so on. <i>Thread-safe.</i>
 */
public final class ForwardArchive {
    private ForwardArchive() {}

    /**
     * The archive, ready for {@link TorchArchive#extra} and {@link TorchArchive#toBytes}.
     *
     * @param weights [parameters] fp32, little-endian, from the position on, which stays
     */
    public static TorchArchive of(ModelSpec spec, ByteBuffer weights) {
        TorchArchive archive = new TorchArchive("Forward", code(spec));
        for (Parameter parameter : ParameterLayout.of(spec).parameters()) {
            byte[] data = new byte[parameter.size() * Float.BYTES];
            weights.get(weights.position() + parameter.offset() * Float.BYTES, data);
            archive.tensor(attribute(parameter), DType.F32, parameter.shape(), data);
        }
        return archive.scalar("offset", MlpSource.offset(spec.input()));
    }

    private static String code(ModelSpec spec) {
        List<Parameter> parameters = ParameterLayout.of(spec).parameters();
        List<String> names =
                new ArrayList<>(parameters.stream().map(ForwardArchive::attribute).toList());
        names.add("offset");
        StringBuilder code =
                new StringBuilder(
                        "class Forward(Module):\n  __parameters__ = []\n  __buffers__ = [");
        names.forEach(name -> code.append('"').append(name).append("\", "));
        code.append("]\n");
        names.forEach(name -> code.append("  ").append(name).append(" : Tensor\n"));
        code.append(
                """
                  training : bool
                  def forward(self: __torch__.Forward,
                    x: Tensor) -> Tensor:
                """);
        code.append("    flat = torch.reshape(x, [-1, %d])\n".formatted(spec.input().size()));
        code.append(MlpSource.standardise(spec.input(), "h0", "flat", "self.offset"));
        for (int layer = 0; layer < spec.mlp().layers(); layer++) {
            code.append(
                    "    w%1$d = self.fc%2$d_weight\n    b%1$d = self.fc%2$d_bias\n"
                            .formatted(layer, layer + 1));
        }
        code.append(MlpSource.hiddenLayers(spec));
        code.append(
                "    return torch.addmm(b%1$d, h%1$d, torch.t(w%1$d))\n"
                        .formatted(spec.mlp().layers() - 1));
        return code.toString();
    }

    private static String attribute(Parameter parameter) {
        return parameter.name().replace('.', '_');
    }
}
