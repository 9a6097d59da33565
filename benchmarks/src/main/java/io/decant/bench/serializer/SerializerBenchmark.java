package io.decant.bench.serializer;

import io.decant.bench.measure.Comparison;
import io.decant.bench.measure.ImageTurns;
import io.decant.bench.measure.Machine;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.records.TrustedRecords;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The serializer pair against Avro as it comes, on the records that the pipeline moves. Before
 * anything is measured both must have made the same bytes, but for the header, and the same
 * records. <i>Owned by the main thread.</i>
 */
@Command(
        name = "serializer",
        mixinStandardHelpOptions = true,
        description =
                "Nanoseconds to write and to read a sample, a soft target and a training pair, against Avro's own encoder and decoder"
                        + " (SpecificDatumWriter, BinaryEncoder, BinaryDecoder, all used again).",
        footer = {"", "Example: benchmarks/run serializer --repetitions 15"})
public final class SerializerBenchmark implements Callable<Integer> {
    private static final String OWN = "Decant's serializer";
    private static final String PLAIN = "plain Avro";
    private static final int HEADER_BYTES = 5;

    @Option(
            names = "--records",
            defaultValue = "512",
            description = "Distinct records of each kind; default: ${DEFAULT-VALUE}.")
    private int recordCount;

    @Option(
            names = "--calls",
            defaultValue = "100000",
            description = "Records a turn, at least; default: ${DEFAULT-VALUE}.")
    private int calls;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the soft targets; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin private ImageTurns turns;

    private final PrintStream out = System.out;

    @Override
    public Integer call() {
        TrustedRecords.load();
        out.println(Machine.describe());
        IdxSplit training = IdxDataset.open(turns.dataset()).training();
        PipelineRecords records = PipelineRecords.of(training, recordCount, seed);
        measure(records.samples());
        measure(records.softTargets());
        measure(records.pairs());
        return 0;
    }

    private void measure(List<? extends SpecificRecord> records) {
        Map<String, Coder> coders = new LinkedHashMap<>();
        coders.put(OWN, new Wire());
        coders.put(PLAIN, new PlainAvro(records.get(0).getSchema()));
        try {
            Map<String, List<byte[]>> written = new LinkedHashMap<>();
            coders.forEach(
                    (name, coder) ->
                            written.put(name, records.stream().map(coder::write).toList()));
            requireEqualWork(records, written, coders);
            int passes = Math.max(1, calls / records.size());
            Map<String, Runnable> writes = new LinkedHashMap<>();
            Map<String, Runnable> reads = new LinkedHashMap<>();
            coders.forEach(
                    (name, coder) -> {
                        List<byte[]> bytes = written.get(name);
                        writes.put(name, () -> write(coder, records, bytes, passes));
                        reads.put(name, () -> read(coder, bytes, records, passes));
                    });
            out.printf(
                    "%n%s, %d of them, %d bytes each%n",
                    records.get(0).getSchema().getName(),
                    records.size(),
                    written.get(PLAIN).get(0).length);
            int units = passes * records.size();
            new Comparison("write", units, PLAIN, turns.repetitions()).print(out, writes);
            new Comparison("read", units, PLAIN, turns.repetitions()).print(out, reads);
        } finally {
            coders.values().forEach(Coder::close);
        }
    }

    private static void write(
            Coder coder, List<? extends SpecificRecord> records, List<byte[]> written, int passes) {
        for (int pass = 0; pass < passes; pass++) {
            for (int i = 0; i < records.size(); i++) {
                // What is made is looked at, or it need not be made.
                require(coder.write(records.get(i)).length == written.get(i).length);
            }
        }
    }

    private static void read(
            Coder coder, List<byte[]> written, List<? extends SpecificRecord> records, int passes) {
        for (int pass = 0; pass < passes; pass++) {
            for (int i = 0; i < records.size(); i++) {
                require(coder.read(written.get(i)).getClass() == records.get(i).getClass());
            }
        }
    }

    private static void require(boolean equal) {
        if (!equal) {
            throw new IllegalStateException("a record was written or read in another way");
        }
    }

    private static void requireEqualWork(
            List<? extends SpecificRecord> records,
            Map<String, List<byte[]>> written,
            Map<String, Coder> coders) {
        for (int i = 0; i < records.size(); i++) {
            byte[] own = written.get(OWN).get(i);
            byte[] plain = written.get(PLAIN).get(i);
            if (!Arrays.equals(own, HEADER_BYTES, own.length, plain, 0, plain.length)) {
                throw new IllegalStateException(
                        "both must write the same bytes after the header of record " + i);
            }
            SpecificRecord expected = records.get(i);
            if (!coders.get(OWN).read(own).equals(expected)
                    || !coders.get(PLAIN).read(plain).equals(expected)) {
                throw new IllegalStateException("both must read record " + i + " as it was");
            }
        }
    }
}
