package io.decant.bench.copy;

import io.decant.bench.measure.Comparison;
import io.decant.bench.measure.ImageTurns;
import io.decant.bench.measure.Machine;
import io.decant.bench.serializer.Wire;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import io.decant.records.Sample;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * From a record as the trainer has it, decoded from a Kafka value, to a row of the training step's
 * input tensor. Before anything is measured all contenders must hold the same numbers. <i>Owned by
 * the main thread.</i>
 */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        description =
                "Nanoseconds to copy a record's features into the step's input tensor, against a byte-to-float loop into a fresh NDArray and"
                        + " against System.arraycopy, the limit. Few records stay in the processor's cache, as they do in service, where each was"
                        + " decoded a moment before; many come from memory.",
        footer = {"", "Example: benchmarks/run copy --records 512"})
public final class CopyBenchmark implements Callable<Integer> {
    private static final String LIMIT = "System.arraycopy";
    private static final int MOST_ROWS = 256;

    @Option(
            names = "--records",
            split = ",",
            defaultValue = "512,50000",
            description = "Distinct records that are copied in turn; default: ${DEFAULT-VALUE}.")
    private List<Integer> recordCounts;

    @Option(
            names = "--copies",
            defaultValue = "300000",
            description = "Copies a turn, at least; default: ${DEFAULT-VALUE}.")
    private int copies;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the weights that check the copies; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin private ImageTurns turns;

    private final PrintStream out = System.out;

    @Override
    public Integer call() {
        Torch.start(new TorchSettings(1));
        out.println(Machine.describe());
        IdxSplit training = IdxDataset.open(turns.dataset()).training();
        recordCounts.forEach(count -> measure(records(training, count)));
        return 0;
    }

    private static List<ByteBuffer> records(IdxSplit training, int count) {
        try (Wire wire = new Wire()) {
            List<ByteBuffer> records = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Sample sample = Wire.sample("b-" + i, training, i % training.size());
                records.add(wire.decoded(sample).getFeatures().getData());
            }
            return records;
        }
    }

    private void measure(List<ByteBuffer> records) {
        int bytes = records.get(0).remaining();
        int rows = Math.min(MOST_ROWS, records.size());
        Yardstick yardstick = Yardstick.of(bytes, seed);
        Map<String, Copier> copiers = new LinkedHashMap<>();
        copiers.put("input tensor of the step", new StepCopier(records, yardstick, rows));
        copiers.put("float loop, fresh NDArray", new FloatLoopCopier(records, yardstick, rows));
        copiers.put(LIMIT, new PlainCopier(records, yardstick, rows));
        try {
            copiers.values().forEach(Copier::copyAll);
            requireEqualRows(copiers, rows);
            int passes = Math.max(1, copies / records.size());
            Map<String, Runnable> contenders = new LinkedHashMap<>();
            copiers.forEach(
                    (name, copier) ->
                            contenders.put(
                                    name,
                                    () -> {
                                        for (int pass = 0; pass < passes; pass++) {
                                            copier.copyAll();
                                        }
                                    }));
            out.printf(
                    "%n%d records of %d bytes, %.1f MB, to %d rows%n",
                    records.size(), bytes, records.size() * bytes / 1e6, rows);
            new Comparison("copy", passes * records.size(), LIMIT, turns.repetitions())
                    .print(out, contenders);
        } finally {
            copiers.values().forEach(Copier::close);
        }
    }

    private static void requireEqualRows(Map<String, Copier> copiers, int rows) {
        for (int row = 0; row < rows; row++) {
            float[] expected = copiers.get(LIMIT).logits(row);
            for (Map.Entry<String, Copier> copier : copiers.entrySet()) {
                float[] actual = copier.getValue().logits(row);
                if (!Arrays.equals(actual, expected)) {
                    throw new IllegalStateException(
                            "%s must hold in row %d what %s holds: expected logits %s, were %s"
                                    .formatted(
                                            copier.getKey(),
                                            row,
                                            LIMIT,
                                            Arrays.toString(expected),
                                            Arrays.toString(actual)));
                }
            }
        }
    }
}
