package io.decant.teacher;

import static org.assertj.core.api.Assertions.assertThat;

import io.decant.follower.ManualClock;
import io.decant.model.forward.ForwardArchive;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.teacher.TeacherCardFacts;
import io.decant.model.teacher.TeacherModel;
import io.decant.pipeline.config.Configuration;
import io.decant.pipeline.monitor.Monitor;
import io.decant.pipeline.record.Decoded;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.topics.TopicWatch;
import io.decant.records.DType;
import io.decant.records.DeadLetter;
import io.decant.records.MetricPoint;
import io.decant.records.Sample;
import io.decant.records.SoftTarget;
import io.decant.records.TeacherCard;
import io.decant.records.Tensor;
import io.decant.teacher.followed.FollowedStudent;
import io.decant.teacher.metrics.TeacherMetrics;
import io.decant.teacher.reload.Finding;
import io.decant.teacher.reload.Handover;
import io.decant.teacher.reload.Successors;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A teacher stage on Kafka's mock clients, stepped by hand. The teacher takes 2 x 2 bytes x and
 * answers the logits (x0, x1 + 3e38 x3). <i>Owned by one thread.</i>
 */
final class TeacherBench implements AutoCloseable {
    private static final InputSpec INPUT =
            new InputSpec(io.decant.model.spec.DType.U8, List.of(2, 2), 1, 0, 1);

    final ManualClock clock = new ManualClock();
    final TeacherConfig config;
    final Topics topics;
    ReplayingConsumer consumer;
    final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    final Path file;
    final Handover handover = new Handover();
    final Monitor monitor;
    TeacherStage stage;

    /** Where teachers that take over come from; the handover unless a test says otherwise. */
    Successors successors = handover;

    /** Whose opinion the budget asks for. */
    Optional<FollowedStudent> student = Optional.empty();

    /** As the broker tells them. */
    final Map<Topic, String> topicIds =
            new EnumMap<>(Map.of(Topic.SAMPLES, "samples-1", Topic.SOFT_TARGETS, "answers-1"));

    private final RegistryStub registry = new RegistryStub();
    private final RecordCodec codec;

    TeacherBench(Path folder, String... settings) throws IOException {
        file = folder.resolve("teacher.pt");
        Files.write(file, teacher(0.75));
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "cluster.bootstrap-servers=none:9092",
                                "cluster.schema-registry-url=" + registry.url(),
                                "cluster.sample-partitions=2",
                                "cluster.model-partitions=1",
                                "temperature=2",
                                "encoding=f32",
                                "batch.size=4",
                                "commit.interval=50ms",
                                "monitor.enabled=false",
                                "retry.attempts=2"));
        if (Stream.of(settings).noneMatch(setting -> setting.startsWith("teacher.model"))) {
            all.add("teacher.file=" + file);
        }
        all.addAll(List.of(settings));
        config = Configuration.of(TeacherConfig.class, all);
        topics = config.cluster().topics();
        monitor =
                new Monitor(
                        new Monitor.Identity("teacher", "0", "teacher"),
                        config.monitor(),
                        config.cluster(),
                        TeacherMetrics.ALL,
                        clock);
        codec = new RecordCodec(config.cluster());
        consumer = consumer();
    }

    /** A teacher on the bench that has joined its group and owns both partitions. */
    static TeacherBench started(Path folder, String... settings) throws IOException {
        TeacherBench bench = new TeacherBench(folder, settings);
        bench.start();
        bench.assign(0, 1);
        return bench;
    }

    void start() {
        if (consumer.closed()) {
            consumer = consumer();
        }
        stage =
                TeacherStage.open(
                        config,
                        first(),
                        successors,
                        student,
                        new TeacherClients(
                                () -> consumer,
                                this::registryReader,
                                this::producer,
                                () ->
                                        new TopicWatch(
                                                topics::name,
                                                () -> Map.copyOf(topicIds),
                                                () -> {})),
                        monitor,
                        clock);
    }

    /** The file's teacher, unless the settings name a model instead. */
    private Optional<Finding.Ready> first() {
        return config.teacher()
                .file()
                .map(
                        path ->
                                new Finding.Ready(
                                        TeacherModel.open(
                                                path, Optional.empty(), config.batch().size()),
                                        path.toFile().length()));
    }

    /** Another teacher waits to take over; it claims this accuracy. */
    TeacherModel handOver(double accuracy) throws IOException {
        Path other = Files.write(file.resolveSibling("other.pt"), teacher(accuracy));
        TeacherModel model = TeacherModel.open(other, Optional.empty(), config.batch().size());
        assertThat(handover.offer(new Finding.Ready(model, other.toFile().length()))).isTrue();
        return model;
    }

    /** Version of the teacher that the bench began with. */
    byte[] firstVersion() {
        return Arrays.copyOf(TeacherModel.digestOf(file), 8);
    }

    /** A teacher that claims this accuracy. */
    static byte[] teacher(double accuracy) {
        ModelSpec spec = ModelSpec.mlp(List.of(4, 2), INPUT);
        ByteBuffer weights =
                ByteBuffer.allocate(4 * spec.parameterCount()).order(ByteOrder.LITTLE_ENDIAN);
        weights.asFloatBuffer().put(new float[] {1, 0, 0, 0, 0, 1, 0, 3e38f, 0, 0});
        TeacherCardFacts facts =
                new TeacherCardFacts(
                        INPUT,
                        true,
                        Optional.of(new TeacherCardFacts.TrainingRange("ab".repeat(32), 10, 20)),
                        OptionalDouble.of(accuracy),
                        OptionalDouble.empty());
        return ForwardArchive.of(spec, weights)
                .extra(TeacherCardFacts.EXTRA, facts.toJson())
                .toBytes();
    }

    private ReplayingConsumer consumer() {
        ReplayingConsumer made = new ReplayingConsumer(this::committed);
        made.updateBeginningOffsets(Map.of(partition(0), 0L, partition(1), 0L));
        made.updateEndOffsets(Map.of(partition(0), 0L, partition(1), 0L));
        return made;
    }

    private MockProducer<byte[], byte[]> producer() {
        MockProducer<byte[], byte[]> producer =
                new MockProducer<>(
                        true, null, new ByteArraySerializer(), new ByteArraySerializer());
        producers.add(producer);
        return producer;
    }

    /** Reads back the cards that were committed. */
    private MockConsumer<byte[], byte[]> registryReader() {
        MockConsumer<byte[], byte[]> reader = new MockConsumer<>("none");
        TopicPartition partition = new TopicPartition(topics.name(Topic.MODEL_REGISTRY), 0);
        List<ProducerRecord<byte[], byte[]>> cards = sent(Topic.MODEL_REGISTRY);
        reader.updateBeginningOffsets(Map.of(partition, 0L));
        reader.updateEndOffsets(Map.of(partition, (long) cards.size()));
        reader.schedulePollTask(
                () ->
                        IntStream.range(0, cards.size())
                                .forEach(
                                        i ->
                                                reader.addRecord(
                                                        new ConsumerRecord<>(
                                                                partition.topic(),
                                                                0,
                                                                i,
                                                                cards.get(i).key(),
                                                                cards.get(i).value()))));
        return reader;
    }

    MockProducer<byte[], byte[]> currentProducer() {
        return producers.get(producers.size() - 1);
    }

    TopicPartition partition(int number) {
        return new TopicPartition(topics.name(Topic.SAMPLES), number);
    }

    /** The group gives these partitions to the stage in its next turn, and no others. */
    void assign(Integer... partitions) {
        consumer.rebalanceInNextPoll(List.of(partitions).stream().map(this::partition).toList());
        stage.doWork();
    }

    void sample(String id, int... features) {
        byte[] data = new byte[features.length];
        for (int i = 0; i < features.length; i++) {
            data[i] = (byte) features[i];
        }
        Tensor tensor = new Tensor(DType.U8, List.of(2, 2), ByteBuffer.wrap(data));
        raw(id, codec.encode(Topic.SAMPLES, new Sample(id, tensor, clock.millis(), Map.of())));
    }

    void raw(String id, byte[] value) {
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        var unused =
                consumer.append(partition(topics.samplePartition(id)), clock.millis(), key, value);
    }

    void samples(String prefix, int count) {
        IntStream.range(0, count).forEach(i -> sample(prefix + i, i, 2 * i, 0, 0));
    }

    /** Lets time pass, then one turn. */
    void after(Duration time) {
        clock.advance(time);
        stage.doWork();
    }

    Map<TopicPartition, OffsetAndMetadata> committed() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        producers.forEach(
                producer ->
                        producer.consumerGroupOffsetsHistory()
                                .forEach(groups -> groups.values().forEach(offsets::putAll)));
        return offsets;
    }

    List<ProducerRecord<byte[], byte[]>> sent(Topic topic) {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .filter(record -> record.topic().equals(topics.name(topic)))
                .toList();
    }

    private <T extends SpecificRecord> List<T> read(Topic topic, Class<T> type) {
        return sent(topic).stream()
                .map(
                        record ->
                                ((Decoded.Good<T>) codec.decode(topic, record.value(), type))
                                        .value())
                .toList();
    }

    List<SoftTarget> answers() {
        return read(Topic.SOFT_TARGETS, SoftTarget.class);
    }

    List<DeadLetter> letters() {
        return read(Topic.DEAD_LETTERS, DeadLetter.class);
    }

    List<TeacherCard> cards() {
        return read(Topic.MODEL_REGISTRY, TeacherCard.class);
    }

    List<MetricPoint> points() {
        return read(Topic.TRAINING_METRICS, MetricPoint.class);
    }

    Set<String> answeredIds() {
        return answers().stream()
                .map(SoftTarget::getSampleId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Of each partition, what was committed as read is exactly what was answered or refused, once.
     */
    void assertThatOffsetsAndAnswersAgree() {
        Map<Integer, List<Long>> done = new HashMap<>();
        answers()
                .forEach(
                        a ->
                                done.computeIfAbsent(a.getSamplePartition(), p -> new ArrayList<>())
                                        .add(a.getSampleOffset()));
        letters()
                .forEach(
                        l ->
                                done.computeIfAbsent(l.getPartition(), p -> new ArrayList<>())
                                        .add(l.getOffset()));
        committed()
                .forEach(
                        (partition, offset) ->
                                assertThat(done.getOrDefault(partition.partition(), List.of()))
                                        .as("offsets done in %s", partition)
                                        .containsExactlyInAnyOrderElementsOf(
                                                LongStream.range(0, offset.offset())
                                                        .boxed()
                                                        .toList()));
    }

    @Override
    public void close() {
        if (stage != null) {
            stage.close();
        }
        codec.close();
        registry.close();
    }
}
