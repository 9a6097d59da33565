package io.decant.bench.answer;

import ai.djl.ndarray.types.DataType;
import io.decant.bench.measure.Machine;
import io.decant.bench.measure.Repetitions;
import io.decant.bench.measure.Spread;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.forward.InputDecoder;
import io.decant.model.spec.DType;
import io.decant.model.spec.InitialWeights;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.torch.Torch;
import io.decant.model.torch.TorchSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * One answer at a time, in-process: the gateway's forward pass, from raw bytes, against a bare call
 * of libtorch that is handed standardised floats, the same from bytes, and DJL's Predictor; in
 * turn, in one JVM, on one thread. All must give the same answers before anything is measured.
 * <i>Owned by the main thread.</i>
 */
@Command(
        name = "answer",
        mixinStandardHelpOptions = true,
        description = "Latency of one answer against a bare TorchScript call and DJL's Predictor.")
public final class AnswerBenchmark implements Callable<Integer> {
    private static final String OWN = "gateway's forward";
    private static final String BARE = "bare TorchScript call";
    private static final double TOLERANCE = 1e-5;

    /** What one turn of a contender took for a call, microseconds. */
    private record Latency(double median, double p99) {}

    @Option(
            names = "--hidden",
            split = ",",
            defaultValue = "128",
            description = "Widths of the hidden layers. Default: ${DEFAULT-VALUE}.")
    private List<Integer> hidden;

    @Option(
            names = "--inputs",
            defaultValue = "images",
            description =
                    "images: the dataset's test files; noise: random bytes, none of them 0. Default: ${DEFAULT-VALUE}.")
    private Inputs kind;

    @Option(
            names = "--repetitions",
            defaultValue = "9",
            description = "Turns of each contender. Default: ${DEFAULT-VALUE}.")
    private int repetitions;

    @Option(
            names = "--calls",
            defaultValue = "10000",
            description = "Calls of a turn. Default: ${DEFAULT-VALUE}.")
    private int calls;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of weights and noise. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--dataset",
            defaultValue = "${env:DECANT_HOME}/datasets/mnist",
            description = "Folder of IDX files. Default: the repository's MNIST.")
    private Path dataset;

    private final PrintStream out = System.out;

    /** What is answered. */
    enum Inputs {
        images,
        noise
    }

    @Override
    public Integer call() throws IOException {
        Torch.start(new TorchSettings(1));
        IdxDataset data = IdxDataset.open(dataset);
        List<Integer> dims =
                IntStream.concat(
                                IntStream.concat(
                                        IntStream.of(data.test().sampleBytes()),
                                        hidden.stream().mapToInt(Integer::intValue)),
                                IntStream.of(data.classCount()))
                        .boxed()
                        .toList();
        ModelSpec spec = ModelSpec.mlp(dims, data.training().standardisedBy(0, 2_000));
        List<byte[]> inputs = inputs(data.test());
        out.println(Machine.describe());
        out.printf(
                Locale.ROOT,
                "%s, student %s, %d calls a turn, %d turns of each contender, %.0f %% of the input bytes are 0%n",
                Torch.engineDescription(),
                dims,
                calls,
                repetitions,
                100 * zeros(inputs));
        measure(spec, inputs);
        return 0;
    }

    private List<byte[]> inputs(IdxSplit test) {
        Random random = new Random(seed);
        return IntStream.range(0, Math.min(calls, test.size()))
                .mapToObj(i -> kind == Inputs.images ? test.sample(i) : noise(test, random))
                .toList();
    }

    private static byte[] noise(IdxSplit test, Random random) {
        byte[] bytes = new byte[test.sampleBytes()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (1 + random.nextInt(255));
        }
        return bytes;
    }

    private static double zeros(List<byte[]> inputs) {
        long zeros = 0;
        for (byte[] input : inputs) {
            for (byte value : input) {
                zeros += value == 0 ? 1 : 0;
            }
        }
        return (double) zeros / inputs.size() / inputs.get(0).length;
    }

    private void measure(ModelSpec spec, List<byte[]> inputs) throws IOException {
        float[] weights = InitialWeights.uniform(spec, seed);
        ByteBuffer flat =
                ByteBuffer.allocate(weights.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        flat.asFloatBuffer().put(weights);
        byte[] fromBytes = ForwardArchive.of(spec, flat).toBytes();
        InputSpec ready = new InputSpec(DType.F32, spec.input().shape(), 1, 0, 1);
        byte[] fromFloats =
                ForwardArchive.of(ModelSpec.mlp(spec.mlp().dims(), ready), flat).toBytes();
        int size = spec.input().size();
        Path file = Files.createTempFile("answer", ".pt");
        Map<String, Answerer> contenders = new LinkedHashMap<>();
        try {
            Files.write(file, fromBytes);
            contenders.put(OWN, OwnForward.of(spec, weights, inputs));
            contenders.put(
                    BARE,
                    new TorchCall(fromFloats, DataType.FLOAT32, size, standardised(spec, inputs)));
            contenders.put(
                    "the same, from bytes", new TorchCall(fromBytes, DataType.UINT8, size, inputs));
            contenders.put("DJL Predictor, bytes", new DjlPredictor(file, size, inputs));
            requireEqualAnswers(contenders, inputs.size(), spec.classCount());
            Map<String, Supplier<Latency>> turns = new LinkedHashMap<>();
            contenders.forEach(
                    (name, contender) ->
                            turns.put(
                                    name, () -> turn(contender, inputs.size(), spec.classCount())));
            Repetitions.inTurn(3, turns); // Warm-up.
            print(Repetitions.inTurn(repetitions, turns));
        } finally {
            contenders.values().forEach(Answerer::close);
            Files.delete(file);
        }
    }

    /** What the bare call is given: floats that need no more work. */
    private static List<byte[]> standardised(ModelSpec spec, List<byte[]> inputs) {
        InputDecoder decoder = new InputDecoder(spec.input());
        float[] values = new float[spec.input().size()];
        List<byte[]> all = new ArrayList<>();
        for (byte[] input : inputs) {
            decoder.raw(input, 0, values);
            decoder.standardise(values, 0, values);
            byte[] bytes = new byte[values.length * Float.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).asFloatBuffer().put(values);
            all.add(bytes);
        }
        return all;
    }

    private void requireEqualAnswers(Map<String, Answerer> contenders, int inputs, int classes) {
        double worst = 0;
        float[] expected = new float[classes];
        float[] actual = new float[classes];
        for (int input = 0; input < Math.min(500, inputs); input++) {
            contenders.get(BARE).answer(input, expected);
            for (Answerer contender : contenders.values()) {
                contender.answer(input, actual);
                for (int c = 0; c < classes; c++) {
                    worst = Math.max(worst, Math.abs(actual[c] - expected[c]));
                }
            }
        }
        if (!(worst <= TOLERANCE)) {
            throw new IllegalStateException(
                    "contenders must answer alike within "
                            + TOLERANCE
                            + "; one is "
                            + worst
                            + " off");
        }
        out.printf(Locale.ROOT, "Greatest difference between two answers: %.1e%n", worst);
    }

    private Latency turn(Answerer contender, int inputs, int classes) {
        float[] logits = new float[classes];
        long[] nanos = new long[calls];
        for (int i = 0; i < calls; i++) {
            long start = System.nanoTime();
            contender.answer(i % inputs, logits);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return new Latency(nanos[calls / 2] / 1e3, nanos[calls * 99 / 100] / 1e3);
    }

    private void print(Map<String, List<Latency>> latencies) {
        out.printf(
                "%n%-24s %-26s %-26s %-26s %-26s%n",
                "us a call", "p50", "p99", "p50 / bare call", "p99 / bare call");
        latencies.forEach(
                (name, turns) ->
                        out.printf(
                                "%-24s %-26s %-26s %-26s %-26s%n",
                                name,
                                Spread.of(values(turns, Latency::median)).text(1),
                                Spread.of(values(turns, Latency::p99)).text(1),
                                ratio(latencies, turns, Latency::median),
                                ratio(latencies, turns, Latency::p99)));
    }

    private static String ratio(
            Map<String, List<Latency>> latencies,
            List<Latency> turns,
            ToDoubleFunction<Latency> figure) {
        return Spread.ofRatios(values(turns, figure), values(latencies.get(BARE), figure)).text(2);
    }

    private static List<Double> values(List<Latency> turns, ToDoubleFunction<Latency> figure) {
        return turns.stream().mapToDouble(figure).boxed().toList();
    }
}
