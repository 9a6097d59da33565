package io.decant.model.torch;

/**
 * How libtorch runs in this process. <i>Immutable.</i>
 *
 * @param threads intra-op threads, ≥ 1; another count gives other bits
 */
public record TorchSettings(int threads) {
    public TorchSettings {
        if (threads < 1) {
            throw new IllegalArgumentException("torch.threads must be at least 1, was " + threads);
        }
    }

    /** One thread: parallelise with Java threads instead. */
    public static TorchSettings defaults() {
        return new TorchSettings(1);
    }
}
