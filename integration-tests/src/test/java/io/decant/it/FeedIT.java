package io.decant.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.decant.it.harness.Commands;
import io.decant.it.harness.GeneratedDataset;
import io.decant.it.harness.SharedCluster;
import io.decant.it.harness.TopicContents;
import io.decant.it.harness.TopicContents.Entry;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.Tensors;
import io.decant.records.Label;
import io.decant.records.Sample;
import io.decant.topics.Topic;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What {@code decant feed} and a producer of one's own leave in a real cluster. */
@ExtendWith(SharedCluster.class)
class FeedIT {
    private static final Path EXAMPLE =
            Path.of("..", "docs", "examples", "ProduceSamples.java").toAbsolutePath();

    @TempDir Path folder;

    private ClusterSettings cluster;
    private Commands commands;

    @BeforeEach
    void installation(ClusterSettings cluster) {
        this.cluster = cluster;
        this.commands = new Commands(cluster, folder);
    }

    private Map<String, Sample> samples() {
        return byId(TopicContents.read(cluster, Topic.SAMPLES, Sample.class), Sample::getSampleId);
    }

    private Map<String, Label> labels() {
        return byId(TopicContents.read(cluster, Topic.LABELS, Label.class), Label::getSampleId);
    }

    /** Every record stands under its id in its id's partition; a repeated one counts once. */
    private <T> Map<String, T> byId(List<Entry<T>> entries, Function<T, String> id) {
        assertThat(entries)
                .allSatisfy(
                        entry -> {
                            assertThat(entry.key()).isEqualTo(id.apply(entry.value()));
                            assertThat(entry.partition())
                                    .isEqualTo(cluster.topics().samplePartition(entry.key()));
                        });
        return entries.stream()
                .collect(Collectors.toMap(Entry::key, Entry::value, (first, again) -> again));
    }

    @Test
    void aCsvFileStopsAtItsBadRowAndGoesOnWhereItIsTold() throws Exception {
        // Given a file whose fourth row cannot be used, and whose second has no label
        Path csv =
                Files.write(
                        folder.resolve("shop.csv"),
                        List.of(
                                "kind,w,h,where",
                                "cat,1,0.5,north",
                                ",2,0.25,south",
                                "dog,3,1e3,north",
                                "cow,4,1,north",
                                "dog,5,-1,"));
        String[] feed = {
            "feed",
            "--csv",
            csv.toString(),
            "--features",
            "w:h",
            "--label",
            "kind",
            "--classes",
            "cat,dog",
            "--dtype",
            "f32",
            "--attribute",
            "where=where",
            "--run",
            "shop",
            "--label-delay",
            "2"
        };

        // When it is fed, and then the rest without the bad row
        Commands.Ended stopped = commands.run(feed);
        Map<String, Label> before = labels();
        Commands.Ended rest = commands.run(with(feed, "--from", "3", "--bad-rows", "skip"));

        // Then the first says which row is bad and where to go on, and has sent all labels before
        // it
        assertThat(stopped.exitCode()).as(stopped.errors()).isEqualTo(1);
        assertThat(stopped.errors())
                .contains(
                        csv + ":5: /label is 'cow'; expected one of the classes cat, dog",
                        "3 samples and 2 labels of shop are in the cluster",
                        "go on with --run shop --from 3");
        assertThat(before.keySet()).containsExactlyInAnyOrder("shop-0", "shop-2");
        assertThat(rest.exitCode()).as(rest.errors()).isZero();
        assertThat(rest.out()).contains("1 samples and 1 labels of shop", "1 bad rows left out");
        // And the topics hold each good row once
        Map<String, Sample> samples = samples();
        assertThat(samples.keySet())
                .containsExactlyInAnyOrder("shop-0", "shop-1", "shop-2", "shop-4");
        assertThat(Tensors.bytes(samples.get("shop-0").getFeatures()))
                .containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0x3f);
        assertThat(samples.get("shop-1").getAttributes()).isEqualTo(Map.of("where", "south"));
        assertThat(samples.get("shop-4").getAttributes()).isEmpty();
        assertThat(labels().values())
                .extracting(Label::getSampleId, Label::getClassIndex, Label::getSource)
                .containsExactlyInAnyOrder(
                        tuple("shop-0", 0, "dataset"),
                        tuple("shop-2", 1, "dataset"),
                        tuple("shop-4", 1, "dataset"));
    }

    @Test
    void aDatasetAndJsonLinesAreFedTheSameWay() throws Exception {
        // Given
        Path dataset =
                new GeneratedDataset(2, 3, 2, 10, 1)
                        .write(Files.createDirectory(folder.resolve("tiny")), 10, 4);
        Path json =
                Files.write(
                        folder.resolve("a.jsonl"),
                        List.of(
                                "{\"ref\":\"j1\",\"at\":\"2026-01-31T12:00:00Z\",\"x\":[[1,2,3],[4,5,6]],\"y\":1}",
                                "{\"ref\":\"j2\",\"at\":1769860800000,\"x\":\"AQIDBAUG\"}"));

        // When
        Commands.Ended fromDataset =
                commands.run(
                        "feed",
                        "--dataset",
                        dataset.toString(),
                        "--range",
                        "4:7",
                        "--run",
                        "tiny",
                        "--rate",
                        "1000");
        Commands.Ended fromJson =
                commands.run(
                        "feed",
                        "--json",
                        json.toString(),
                        "--features",
                        "/x",
                        "--label",
                        "/y",
                        "--id",
                        "/ref",
                        "--time",
                        "/at",
                        "--dtype",
                        "u8",
                        "--shape",
                        "2,3");

        // Then
        assertThat(fromDataset.exitCode()).as(fromDataset.errors()).isZero();
        assertThat(fromJson.exitCode()).as(fromJson.errors()).isZero();
        Map<String, Sample> samples = samples();
        assertThat(samples.keySet())
                .containsExactlyInAnyOrder("tiny-4", "tiny-5", "tiny-6", "j1", "j2");
        assertThat(samples.values())
                .allSatisfy(
                        sample ->
                                assertThat(sample.getFeatures().getShape()).containsExactly(2, 3));
        assertThat(samples.get("j1").getFeatures()).isEqualTo(samples.get("j2").getFeatures());
        assertThat(samples.get("j1").getEventTimeMillis())
                .isEqualTo(samples.get("j2").getEventTimeMillis())
                .isEqualTo(1_769_860_800_000L);
        assertThat(labels().keySet()).containsExactlyInAnyOrder("tiny-4", "tiny-5", "tiny-6", "j1");
        assertThat(labels().get("tiny-5").getClassIndex()).isEqualTo(1);
    }

    @Test
    void theProducerOfTheDocumentationWorksAsItStands() throws Exception {
        // When
        int compiled =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                folder.toString(),
                                EXAMPLE.toString());
        assertThat(compiled).isZero();
        runExample(cluster.bootstrapServers(), cluster.schemaRegistryUrl(), cluster.prefix());

        // Then
        assertThat(samples().keySet())
                .containsExactlyInAnyOrder("my-run-0", "my-run-1", "my-run-2");
        assertThat(Tensors.bytes(samples().get("my-run-2").getFeatures()))
                .containsExactly(2, 0, 0, 1);
        assertThat(labels().get("my-run-1").getClassIndex()).isEqualTo(1);
    }

    private void runExample(String... arguments) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            loader.loadClass("ProduceSamples")
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } catch (InvocationTargetException failed) {
            throw new AssertionError("the example failed", failed.getCause());
        }
    }

    private static String[] with(String[] first, String... more) {
        return java.util.stream.Stream.concat(
                        java.util.Arrays.stream(first), java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }
}
