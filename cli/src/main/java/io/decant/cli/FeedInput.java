package io.decant.cli;

import io.decant.cli.feed.CsvRows;
import io.decant.cli.feed.FeedFields;
import io.decant.cli.feed.FeedRows;
import io.decant.cli.feed.IdxRows;
import io.decant.cli.feed.Inputs;
import io.decant.cli.feed.JsonRows;
import io.decant.dataset.IdxDataset;
import io.decant.dataset.IdxSplit;
import io.decant.pipeline.source.FieldPath;
import io.decant.pipeline.source.SampleMapping;
import io.decant.pipeline.source.SampleSource.FeatureType;
import io.decant.teacher.training.SampleRange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * What {@code decant feed} sends: where the rows are, and which of their fields are what. <i>Owned
 * by the main thread.</i>
 */
final class FeedInput {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Where where;

    private static final class Where {
        @Option(
                names = "--dataset",
                paramLabel = "DIR",
                description = "Folder with IDX files named as MNIST's, plain or gzip.")
        private Path dataset;

        @Option(
                names = "--csv",
                paramLabel = "FILE",
                description = "CSV file, plain or .gz; - reads standard input.")
        private String csv;

        @Option(
                names = "--json",
                paramLabel = "FILE",
                description = "One JSON document a line, plain or .gz; - reads standard input.")
        private String json;
    }

    /** Which of a dataset's two parts. */
    enum Split {
        TRAIN,
        TEST
    }

    @Option(
            names = "--split",
            paramLabel = "train|test",
            defaultValue = "train",
            description = "With --dataset: which files; default: ${DEFAULT-VALUE}.")
    private Split split;

    @Option(
            names = "--range",
            paramLabel = "A:B",
            description = "With --dataset: samples A to B-1, in file order; default: all.")
    private String range;

    @Option(
            names = "--features",
            paramLabel = "FIELDS",
            description =
                    "CSV: columns such as 1:785 (numbers from 0, without the last), px0:px783 (names, with the last) or a,b,7. JSON: a pointer such as /pixels.")
    private String features;

    @Option(
            names = "--label",
            paramLabel = "FIELD",
            description = "Column or pointer of the label; where it is empty there is no label.")
    private String label;

    @Option(
            names = "--classes",
            paramLabel = "NAME,NAME,…",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Names of the classes in order; default: the label is the class's index.")
    private List<String> classes = List.of();

    @Option(
            names = "--id",
            paramLabel = "FIELD",
            description = "Column or pointer of the sample id; default: <run>-<index>.")
    private String id;

    @Option(
            names = "--time",
            paramLabel = "FIELD",
            description =
                    "Column or pointer of the event time: milliseconds, or ISO 8601 with a zone; default: now.")
    private String time;

    @Option(
            names = "--attribute",
            paramLabel = "NAME=FIELD",
            description = "Column or pointer that becomes an attribute; may be repeated.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--dtype",
            paramLabel = "u8|f32|f16|i64",
            description = "Element type of the features; CSV and JSON need it.")
    private FeatureType dtype;

    @Option(
            names = "--shape",
            paramLabel = "A,B,…",
            split = ",",
            splitSynopsisLabel = ",",
            description = "Shape of one sample; JSON needs it, CSV's default is its columns.")
    private List<Integer> shape = List.of();

    @Option(
            names = "--delimiter",
            paramLabel = "CHAR",
            defaultValue = ",",
            description = "CSV: what separates cells; default: a comma.")
    private char delimiter;

    @Option(
            names = "--header",
            paramLabel = "yes|no|auto",
            defaultValue = "auto",
            description =
                    "CSV: whether the first line names the columns; auto = when none of its cells is a number.")
    private CsvRows.Header header;

    @Option(
            names = "--max-line-bytes",
            paramLabel = "N",
            defaultValue = "16777216",
            description = "JSON: longest line; default: ${DEFAULT-VALUE}.")
    private int maxLineBytes;

    /**
     * An input that can be read.
     *
     * @param firstIndex index of its first row
     * @param mapping which fields of the rows are what
     * @param description what was found, one line
     */
    record Opened(FeedRows rows, long firstIndex, SampleMapping mapping, String description)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            rows.close();
        }
    }

    /**
     * Opens the input.
     *
     * @throws ParameterException if the options do not fit it or each other
     * @throws CommandFailure if it cannot be read
     */
    Opened open(CommandSpec spec, InputStream standardInput) {
        try {
            if (where.dataset != null) {
                return dataset();
            }
            require(features != null && dtype != null, "--features and --dtype must be given");
            require(range == null, "--range is for --dataset; use --from and --samples");
            return where.csv != null ? csv(standardInput) : json(standardInput);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        } catch (IOException unreadable) {
            throw new CommandFailure(unreadable.getMessage(), unreadable);
        }
    }

    private Opened dataset() {
        require(
                features == null
                        && label == null
                        && classes.isEmpty()
                        && id == null
                        && time == null
                        && attributes.isEmpty()
                        && dtype == null
                        && shape.isEmpty(),
                "--features, --label, --classes, --id, --time, --attribute, --dtype and --shape are for --csv and --json; IDX files say it themselves");
        IdxDataset dataset = IdxDataset.open(where.dataset);
        IdxSplit files = split == Split.TRAIN ? dataset.training() : dataset.test();
        SampleRange samples =
                range == null
                        ? new SampleRange(0, files.size())
                        : SampleRange.parse(range).within(files.size());
        String name = dataset.name() + (split == Split.TRAIN ? " train" : " test");
        return new Opened(
                new IdxRows(name, files, samples.from(), samples.to()),
                samples.from(),
                made(FeatureType.U8, files.shape(), Set.of(FeedFields.LABEL)),
                name + ": samples " + samples + " of " + files.size() + ", u8 " + files.shape());
    }

    private Opened csv(InputStream standardInput) throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        put(fields, FeedFields.LABEL, label);
        put(fields, FeedFields.ID, id);
        put(fields, FeedFields.TIME, time);
        CsvRows rows =
                new CsvRows(
                        Inputs.open(where.csv, standardInput),
                        Inputs.shown(where.csv),
                        delimiter,
                        header,
                        new CsvRows.Choice(features, fields, attributes));
        List<Integer> extents = shape.isEmpty() ? List.of(rows.featureCount()) : shape;
        SampleMapping mapping = made(dtype, extents, fields.keySet());
        require(
                extents.stream().reduce(1, Math::multiplyExact) == rows.featureCount(),
                "--shape "
                        + extents
                        + " has not as many elements as --features has columns, "
                        + rows.featureCount());
        return new Opened(rows, 0, mapping, rows.description() + ", " + dtype + " " + extents);
    }

    private Opened json(InputStream standardInput) {
        require(!shape.isEmpty(), "--shape must be given with --json");
        Map<String, FieldPath> paths = new LinkedHashMap<>();
        attributes.forEach((name, path) -> paths.put(name, pointer("--attribute " + name, path)));
        String name = Inputs.shown(where.json);
        return new Opened(
                new JsonRows(Inputs.open(where.json, standardInput), name, maxLineBytes),
                0,
                new SampleMapping(
                        pointer("--id", Optional.ofNullable(id)),
                        pointer("--features", features),
                        dtype.dtype(),
                        shape,
                        pointer("--time", Optional.ofNullable(time)),
                        pointer("--label", Optional.ofNullable(label)),
                        classes,
                        paths),
                name + ": JSON lines, features at " + features + ", " + dtype + " " + shape);
    }

    private static Optional<FieldPath> pointer(String option, Optional<String> path) {
        return path.map(given -> pointer(option, given));
    }

    private static FieldPath pointer(String option, String path) {
        try {
            return FieldPath.parse(path);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(option + " " + wrong.getMessage(), wrong);
        }
    }

    /** For rows that this program makes itself: fields have the names that it gives them. */
    private SampleMapping made(FeatureType type, List<Integer> extents, Set<String> fields) {
        Map<String, FieldPath> paths = new LinkedHashMap<>();
        attributes
                .keySet()
                .forEach(name -> paths.put(name, FieldPath.of(FeedFields.ATTRIBUTES, name)));
        return new SampleMapping(
                field(FeedFields.ID, fields),
                FieldPath.of(FeedFields.FEATURES),
                type.dtype(),
                extents,
                field(FeedFields.TIME, fields),
                field(FeedFields.LABEL, fields),
                classes,
                paths);
    }

    private static Optional<FieldPath> field(String name, Set<String> given) {
        return given.contains(name) ? Optional.of(FieldPath.of(name)) : Optional.empty();
    }

    private static void put(Map<String, String> fields, String name, String column) {
        if (column != null) {
            fields.put(name, column);
        }
    }

    private static void require(boolean fulfilled, String sentence) {
        if (!fulfilled) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
