package io.decant.console.read;

import io.decant.console.ConsoleSettings;
import io.decant.console.picture.Picture;
import io.decant.console.picture.Survey;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.pipeline.record.RecordCodec;
import io.decant.pipeline.stage.ForwardClock;
import io.decant.pipeline.stage.Stage;
import io.decant.pipeline.topics.GroupState;
import io.decant.pipeline.topics.TopicSurvey;
import io.decant.topics.Topic;
import io.decant.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what services tell, at a bounded pace, keeps the picture and shows it. It joins no group
 * and writes nothing. While the cluster or the registry does not answer, the picture says so and
 * reading is tried again: a console never stops the process that it is in. <i>Owned by the thread
 * that calls it.</i>
 */
public final class ConsoleStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleStage.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A fetch takes no more at a time than a small share of a second's allowance needs. */
    private static final Map<String, Object> SMALL_FETCHES =
            Map.of(
                    "auto.offset.reset",
                    "earliest",
                    "fetch.max.bytes",
                    1 << 20,
                    "max.partition.fetch.bytes",
                    256 << 10,
                    "max.poll.records",
                    500);

    private final ConsoleSettings settings;
    private final Topics topics;
    private final InstantSource wallClock;
    private final InstantSource clock;
    private final Screen screen;
    private final Picture picture;
    private final Consumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final RecordCodec codec;
    private final Following following;
    private final Folding folding;
    private final TopicSurvey survey;
    private final ReadPace pace;
    private boolean started;
    private String trouble = "";
    private Instant surveyDue;
    private Instant pushDue;

    /** Where a picture is shown. */
    @FunctionalInterface
    public interface Screen {
        /** Called at most once each push interval, on the stage's thread; must not block. */
        void show(Picture picture, long nowMillis);
    }

    public ConsoleStage(
            ClusterSettings cluster, ConsoleSettings settings, InstantSource clock, Screen screen) {
        this.settings = settings;
        this.topics = cluster.topics();
        this.wallClock = clock;
        this.clock = new ForwardClock(clock);
        this.screen = screen;
        picture = new Picture(settings.keep());
        Clients clients = new Clients(cluster);
        consumer = clients.consumer("console", SMALL_FETCHES);
        admin = clients.admin("console");
        codec = new RecordCodec(cluster);
        following = new Following(consumer, topics, settings.keep().letters());
        folding = new Folding(codec, topics, picture);
        survey = new TopicSurvey(admin, topics);
        Instant now = this.clock.instant();
        pace = new ReadPace(settings.maxBytesPerSecond(), now);
        surveyDue = now;
        pushDue = now;
    }

    @Override
    public String name() {
        return "console";
    }

    @Override
    public int doWork() {
        int done = 0;
        try {
            if (!started) {
                following.start(wallClock.instant().minus(settings.history()), PATIENCE);
                started = true;
            }
            done = read();
            if (!clock.instant().isBefore(surveyDue)) {
                surveyDue = clock.instant().plus(settings.surveyInterval());
                look();
            }
        } catch (InterruptException stopped) {
            throw stopped;
        } catch (KafkaException unanswered) {
            trouble(unanswered);
            // A failure may come at once; asking again at once would only load the broker.
            LockSupport.parkNanos(settings.pushInterval().toNanos());
        }
        push();
        return done;
    }

    private int read() {
        Instant now = clock.instant();
        Duration untilPush = Duration.between(now, pushDue);
        Duration rest = pace.rest(now);
        Duration wait = rest.isZero() || rest.compareTo(untilPush) > 0 ? untilPush : rest;
        if (rest.isZero()) {
            consumer.resume(consumer.paused());
        } else {
            consumer.pause(consumer.assignment());
        }
        ConsumerRecords<byte[], byte[]> records =
                consumer.poll(wait.isNegative() ? Duration.ZERO : wait);
        for (TopicPartition partition : records.partitions()) {
            fold(partition, records.records(partition));
        }
        return records.count();
    }

    private void fold(TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        Topic topic = following.topic(partition);
        long bytes = 0;
        for (ConsumerRecord<byte[], byte[]> record : records) {
            bytes += Math.max(0, record.serializedKeySize());
            bytes += Math.max(0, record.serializedValueSize());
            try {
                folding.record(topic, record);
            } catch (SerializationException registryAway) {
                consumer.seek(partition, record.offset());
                trouble(registryAway);
                break;
            }
        }
        pace.read(bytes, clock.instant());
    }

    private void look() {
        Map<String, Long> ends = following.ends(PATIENCE);
        List<Survey.Group> groups = survey.groups().stream().map(this::group).toList();
        picture.survey(new Survey(wallClock.millis(), ends, groups));
        trouble = "";
    }

    private Survey.Group group(GroupState state) {
        return new Survey.Group(
                withoutPrefix(state.name()),
                state.state(),
                state.members(),
                state.positions().stream()
                        .collect(
                                Collectors.groupingBy(
                                        position -> withoutPrefix(position.topic()),
                                        Collectors.summingLong(GroupState.Position::lag))));
    }

    private String withoutPrefix(String name) {
        return name.startsWith(topics.prefix()) ? name.substring(topics.prefix().length()) : name;
    }

    private void trouble(KafkaException failed) {
        if (trouble.isEmpty()) {
            LOG.warn("service=console event=cannot_read error=\"{}\"", failed.toString());
        }
        trouble = "The cluster does not answer the console: " + failed.getMessage();
    }

    private void push() {
        Instant now = clock.instant();
        if (!now.isBefore(pushDue)) {
            pushDue = now.plus(settings.pushInterval());
            picture.reading(
                    new Picture.Reading(
                            started ? following.behind() : 0, following.passedOver(), trouble));
            screen.show(picture, wallClock.millis());
        }
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ofSeconds(1));
        codec.close();
    }
}
