package io.decant.trainer.replay;

import java.util.List;

/**
 * What a verification would do. <i>Immutable.</i>
 *
 * @param starts the versions at whose state learning would begin; 0 = genesis
 * @param versions that would be made
 * @param records that would be learned
 * @param bytes their keys and values
 * @param measured whether all of them were read to know the bytes; otherwise the first records are
 *     taken to be like the rest
 * @param missing what is gone, one sentence each
 */
public record Plan(
        List<Long> starts,
        long versions,
        long records,
        long bytes,
        boolean measured,
        List<String> missing) {
    public Plan {
        starts = List.copyOf(starts);
        missing = List.copyOf(missing);
    }
}
