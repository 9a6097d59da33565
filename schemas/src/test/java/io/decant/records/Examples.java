package io.decant.records;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;

/** One example of every record, each field filled with something else than its default. */
public final class Examples {
    static {
        TrustedRecords.load();
    }

    private Examples() {}

    /** All nineteen, by file name. */
    public static List<SpecificRecord> all() {
        return List.of(
                alias(),
                manifest(),
                control(),
                deadLetter(),
                exportFooter(),
                exportHeader(),
                exportRecord(),
                gatewayStatus(),
                label(),
                lineage(),
                metricPoint(),
                offsetRange(1),
                sample(),
                softTarget(),
                teacherCard(),
                tensor(),
                trainerStateChunk(),
                trainingPair(),
                weightsChunk());
    }

    /** Those that stand in a topic by themselves. */
    public static List<SpecificRecord> topicRecords() {
        return all().stream()
                .filter(example -> !(example instanceof OffsetRange || example instanceof Tensor))
                .filter(example -> !example.getSchema().getName().startsWith("Export"))
                .toList();
    }

    public static Alias alias() {
        return Alias.newBuilder()
                .setModel("digits")
                .setAlias("@live")
                .setVersion(41)
                .setSequence(42)
                .setUpdatedAtMillis(1_760_000_000_123L)
                .setSignatureKeyId("key-1")
                .setSignature(bytes(64, 1))
                .build();
    }

    public static CheckpointManifest manifest() {
        CheckpointForm anchor =
                CheckpointForm.newBuilder()
                        .setForm(FormKind.ANCHOR)
                        .setEncoding(WeightEncoding.F32)
                        .setChunks(offsetRange(2))
                        .setBytes(1_000_000)
                        .setChunkDigests(List.of(bytes(32, 2), bytes(32, 3)))
                        .build();
        return CheckpointManifest.newBuilder()
                .setModel("digits")
                .setVersion(41)
                .setParentVersion(40)
                .setSpecDigest(bytes(32, 4))
                .setForms(List.of(anchor))
                .setWeightsDigest(bytes(32, 5))
                .setEmaDigest(bytes(32, 6))
                .setJournal(List.of(offsetRange(0), offsetRange(1)))
                .setSpanListDigest(bytes(32, 7))
                .setWatermarkMillis(1_760_000_000_123L)
                .setTeacherIds(List.of("teacher-a"))
                .setMetrics(Map.of("loss.nats", 0.125))
                .setExpectedLogits(List.of(List.of(-1.5f, 0.25f), List.of(3f, -0.75f)))
                .setState(offsetRange(3))
                .setStateSlot("kept-41")
                .setStateParts(2)
                .setStateDigest(bytes(32, 8))
                .setFinished(true)
                .setPublishedAtMillis(1_760_000_000_456L)
                .setGate(GateOutcome.REFUSED)
                .setGateReason("12 of 2000 gate samples worse")
                .setSignatureKeyId("key-1")
                .setSignature(bytes(64, 9))
                .build();
    }

    public static Control control() {
        return Control.newBuilder()
                .setTarget("digits")
                .setOrder(Order.OVERRIDE)
                .setVersion(39)
                .setAuthor("operator")
                .setReason("version 40 misreads sevens")
                .setSequence(7)
                .setIssuedAtMillis(1_760_000_000_123L)
                .setSignatureKeyId("key-1")
                .setSignature(bytes(64, 10))
                .build();
    }

    public static DeadLetter deadLetter() {
        return DeadLetter.newBuilder()
                .setStage("teacher")
                .setReason(DeadLetterReason.WRONG_SHAPE)
                .setDetail("the features hold 3 bytes; expected 784")
                .setTopic("decant.samples")
                .setPartition(3)
                .setOffset(123_456_789_012L)
                .setTimestampMillis(1_760_000_000_123L)
                .setKey(bytes(4, 11))
                .setValue(bytes(9, 12))
                .setAtMillis(1_760_000_000_456L)
                .setRedriven(new Redriven(123_456L, 2, "operator", "the producer is mended"))
                .build();
    }

    public static ExportFooter exportFooter() {
        return ExportFooter.newBuilder()
                .setRecords(1_234)
                .setBytes(1_234_567)
                .setBeginnings(List.of(5L, 0L))
                .setSchemas(Map.of("7", "\"string\""))
                .build();
    }

    public static ExportHeader exportHeader() {
        return ExportHeader.newBuilder()
                .setFormat("decant.journal/1")
                .setModel("digits")
                .setJournalTopicId("Zm9vYmFyYmF6cXV4AAAAAA")
                .setPrefix("decant.")
                .setSamplePartitions(4)
                .setModelPartitions(3)
                .setStartVersion(40)
                .setLastVersion(99)
                .setExportedAtMillis(1_760_000_000_123L)
                .build();
    }

    public static ExportRecord exportRecord() {
        return ExportRecord.newBuilder()
                .setPartition(2)
                .setOffset(123_456_789_012L)
                .setTimestampMillis(1_760_000_000_123L)
                .setKey(bytes(4, 24))
                .setValue(bytes(9, 25))
                .build();
    }

    public static GatewayStatus gatewayStatus() {
        return GatewayStatus.newBuilder()
                .setGatewayId("edge-7")
                .setModel("digits")
                .setServedVersion(40)
                .setServingSinceMillis(1_760_000_000_123L)
                .setCandidateVersion(41)
                .setVerdict(Verdict.REJECTED)
                .setReason("the smoke test's logits differ")
                .setHighestVersion(41)
                .setAtMillis(1_760_000_000_456L)
                .build();
    }

    /** Class and distribution exclude each other in use; a golden file holds both. */
    public static Label label() {
        return Label.newBuilder()
                .setSampleId("run-000017")
                .setClassIndex(7)
                .setDistribution(List.of(0.25f, 0.75f))
                .setSource("reviewer")
                .setEventTimeMillis(1_760_000_000_123L)
                .build();
    }

    public static Lineage lineage() {
        Span span =
                Span.newBuilder()
                        .setTopicId("AAAAAAAAAAAAAAAAAAAAAQ")
                        .setPartition(3)
                        .setFirstOffset(100)
                        .setLastOffset(163)
                        .setRecords(60)
                        .setHash(bytes(32, 13))
                        .build();
        return Lineage.newBuilder()
                .setModel("digits")
                .setVersion(41)
                .setParentVersion(40)
                .setStartOffsets(List.of(0L, 7L))
                .setGaps(List.of(offsetRange(1)))
                .setSpans(List.of(span))
                .setBorders(List.of(17L, 60L))
                .setFinished(true)
                .setConfiguration(Map.of("learning-rate", "0.003"))
                .setSeed(-1)
                .setEngine("PyTorch 2.7.1")
                .setCpuCapability("AVX2")
                .setThreads(2)
                .setWeightsDigest(bytes(32, 14))
                .setStateDigest(bytes(32, 15))
                .setMetrics(Map.of("loss.nats", 0.125))
                .setPublishedAtMillis(1_760_000_000_456L)
                .build();
    }

    public static MetricPoint metricPoint() {
        return MetricPoint.newBuilder()
                .setModel("digits")
                .setService("trainer")
                .setInstance("4711@host")
                .setVersion(41)
                .setAtMillis(1_760_000_000_123L)
                .setValues(Map.of("prequential.accuracy", 0.96875))
                .setEvents(
                        List.of(
                                Event.newBuilder()
                                        .setKind("drift")
                                        .setSignal("disagreement")
                                        .setSize(0.25)
                                        .setPartition(2)
                                        .setOffset(40_096)
                                        .setDetail("the mean of disagreement has risen by 0.250")
                                        .build()))
                .build();
    }

    public static OffsetRange offsetRange(int partition) {
        return OffsetRange.newBuilder()
                .setTopicId("AAAAAAAAAAAAAAAAAAAAAQ")
                .setPartition(partition)
                .setFrom(123_456_789_012L)
                .setTo(123_456_790_012L)
                .build();
    }

    public static Sample sample() {
        return Sample.newBuilder()
                .setSampleId("run-000017")
                .setFeatures(tensor())
                .setEventTimeMillis(1_760_000_000_123L)
                .setAttributes(Map.of("camera", "north"))
                .build();
    }

    public static SoftTarget softTarget() {
        return SoftTarget.newBuilder()
                .setSampleId("run-000017")
                .setTeacherId("teacher-a")
                .setTeacherVersion(new Prefix8(bytes(8, 16).array()))
                .setOutcome(Outcome.SCORED)
                .setSkipReason("none")
                .setClassCount(10)
                .setTemperature(3f)
                .setEncoding(Encoding.I8)
                .setPayload(bytes(14, 17))
                .setFeatureHash(new Prefix8(bytes(8, 18).array()))
                .setSamplePartition(3)
                .setSampleOffset(123_456_789_012L)
                .setEventTimeMillis(1_760_000_000_123L)
                .setHints(Map.of("layer2", tensor()))
                .build();
    }

    public static TeacherCard teacherCard() {
        return TeacherCard.newBuilder()
                .setTeacherId("teacher-a")
                .setFileDigest(bytes(32, 19))
                .setFileBytes(2_000_000)
                .setClassCount(10)
                .setInput("{\"dtype\":\"U8\",\"shape\":[28,28]}")
                .setDatasetDigest(bytes(32, 20))
                .setTrainedFrom(0)
                .setTrainedTo(30_000)
                .setAccuracy(0.98)
                .setLabelSmoothing(0.1)
                .setStartedAtMillis(1_760_000_000_123L)
                .setModel("peer")
                .setModelVersion(41)
                .build();
    }

    public static Tensor tensor() {
        return Tensor.newBuilder()
                .setDtype(DType.U8)
                .setShape(List.of(2, 3))
                .setData(bytes(6, 21))
                .build();
    }

    public static TrainerStateChunk trainerStateChunk() {
        return TrainerStateChunk.newBuilder()
                .setModel("digits")
                .setVersion(41)
                .setSlot("2")
                .setPart(1)
                .setParts(3)
                .setData(bytes(20, 22))
                .build();
    }

    public static TrainingPair trainingPair() {
        return TrainingPair.newBuilder()
                .setKind(PairKind.LABELLED)
                .setSampleId("run-000017")
                .setFeatures(tensor())
                .setSoftTargets(List.of(softTarget()))
                .setLabel(label())
                .setAttributes(Map.of("camera", "north"))
                .setSamplePartition(3)
                .setSampleOffset(123_456_789_012L)
                .setSoftTargetOffsets(List.of(99L))
                .setLabelOffset(98)
                .setEventTimeMillis(1_760_000_000_123L)
                .build();
    }

    public static WeightsChunk weightsChunk() {
        return WeightsChunk.newBuilder()
                .setModel("digits")
                .setVersion(41)
                .setForm(FormKind.ANCHOR)
                .setPart(1)
                .setParts(3)
                .setData(bytes(20, 23))
                .build();
    }

    /** Bytes that count up from a start, so that each field's are told apart. */
    public static ByteBuffer bytes(int length, int start) {
        byte[] bytes = new byte[length];
        IntStream.range(0, length).forEach(i -> bytes[i] = (byte) (start + 7 * i));
        return ByteBuffer.wrap(bytes);
    }
}
