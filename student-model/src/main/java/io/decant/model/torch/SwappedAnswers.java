package io.decant.model.torch;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.spec.InvalidModelException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Makes a teacher that is wrong on purpose: a module around another that gives some samples' logits
 * to other classes. Which samples these are is decided by their content alone, so the same sample
 * always gets the same answer. It is for experiments on what a bad teacher costs. <i>Thread-safe:
 * all methods are pure.</i>
 */
public final class SwappedAnswers {
    private static final String NAMESPACE = "decant_swapped";

    /** Shares are multiples of one in so many. */
    private static final int BUCKETS = 1000;

    /**
     * A sum of elements times keys below 2^20 (the low bits of a linear congruence's terms would
     * repeat), in whole numbers and therefore the same in every batch. Floats are counted in
     * 256ths.
     */
    private static final String FORWARD =
            """
            class Swapped(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
              net : TYPE
              def forward(self: __torch__.NAMESPACE.Swapped, x: Tensor) -> Tensor:
                z = (self.net).forward(x, )
                flat = torch.reshape(torch.to(x, 7), [torch.size(x, 0), -1])
                whole = torch.to(torch.mul(flat, 256.), 4)
                places = torch.add(torch.arange(torch.size(whole, 1), dtype=4), 1)
                keys = torch.remainder(torch.mul(torch.mul(places, places), 40503), 1048573)
                bucket = torch.remainder(torch.sum(torch.mul(whole, keys), [1]), BUCKETS)
                chosen = torch.unsqueeze(torch.lt(bucket, BELOW), 1)
                swapped = torch.index_select(z, 1, torch.tensor(BECOMES, dtype=4))
                return torch.where(chosen, swapped, z)
            """;

    private SwappedAnswers() {}

    /**
     * The archive of the module.
     *
     * @param teacher TorchScript file; what it says about its input is said by the result, too
     * @param share of samples that are answered wrongly, 0 to 1, rounded to 1/1000
     * @param becomes whose logit each class gets, [classes]
     * @throws InvalidModelException when the file is no TorchScript
     */
    public static byte[] of(Path teacher, double share, int[] becomes) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "the share of swapped answers must be between 0 and 1, was " + share);
        }
        ScriptFile file = ScriptFile.read(teacher);
        String code =
                fill(
                        FORWARD,
                        "TYPE",
                        file.type(),
                        "NAMESPACE",
                        NAMESPACE,
                        "BUCKETS",
                        BUCKETS,
                        "BELOW",
                        Math.round(share * BUCKETS),
                        "BECOMES",
                        Arrays.toString(becomes));
        // The file's own extra files come along with it.
        return new TorchArchive(NAMESPACE + ".Swapped", code).module("net", file).toBytes();
    }
}
