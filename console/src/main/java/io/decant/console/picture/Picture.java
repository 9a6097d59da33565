package io.decant.console.picture;

import io.decant.console.picture.Board.Overflow;
import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.Event;
import io.decant.records.GatewayStatus;
import io.decant.records.Lineage;
import io.decant.records.MetricPoint;
import io.decant.records.TeacherCard;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of an installation, folded from its records: boards of rows, each bounded. Pure: it
 * sees no Kafka client and no clock. <i>Owned by the console's stage thread.</i>
 */
public final class Picture {
    private static final int FEW = 100;

    private final Limits limits;
    private final Map<String, Board<?>> boards = new LinkedHashMap<>();
    private final Board<Flow> topics = board("topics", FEW);
    private final Board<Survey.Group> groups = board("groups", FEW);
    private final Board<Rows.Service> services = board("services", FEW);
    private final Board<Rows.Teacher> teachers = board("teachers", FEW);
    private final Board<Rows.Live> live = board("live", FEW);
    private final Board<Rows.Ordered> orders;
    private final Board<Rows.Happened> events;
    private final Board<Rows.Version> versions;
    private final Board<Rows.Gateway> gateways;
    private final Board<Letter> letters;
    private final Map<String, Board<List<Number>>> curves = new LinkedHashMap<>();
    private final Map<String, Board<List<Number>>> ages = new LinkedHashMap<>();
    private final LineageShelf lineage;
    private final Rates rates = new Rates();
    private Reading reading = new Reading(0, 0, "");
    private boolean readingChanged;

    /** A topic's size and pace. */
    record Flow(long records, double perSecond) {}

    /**
     * How the reading side is doing.
     *
     * @param behind records that are there and not read yet
     * @param passedOver dead letters that came too fast to be looked at
     * @param trouble why reading does not go on, one sentence; empty when it does
     */
    public record Reading(long behind, long passedOver, String trouble) {}

    public Picture(Limits limits) {
        this.limits = limits;
        events = board("events", limits.events());
        versions = board("versions", limits.versions());
        orders = board("orders", limits.versions());
        gateways = board("gateways", limits.gateways());
        letters = board("letters", limits.letters());
        lineage = new LineageShelf(limits.versions());
    }

    private <R> Board<R> board(String name, int capacity) {
        Board<R> board = new Board<>(capacity, Overflow.OLDEST_OUT);
        boards.put(name, board);
        return board;
    }

    /**
     * A service's point.
     *
     * @param at names the record among all, so that one that is read again changes nothing
     */
    public void point(String at, MetricPoint point) {
        boolean standby = point.getValues().getOrDefault("leading", 1.0) == 0;
        if (!standby) {
            String key = point.getService() + "/" + point.getModel();
            Rows.Service before = services.get(key);
            services.put(key, before == null ? Rows.Service.of(point) : before.with(point));
        }
        if (point.getService().equals("trainer") && Curves.hasPoint(point) && !standby) {
            curve(curves, "curve/", point.getModel(), Long.toString(point.getAtMillis()))
                    .put(Curves.row(point));
        }
        Double age = point.getValues().get("staleness_millis");
        if (age != null) {
            age(point.getModel(), point.getAtMillis(), age);
        }
        int number = 0;
        for (Event event : point.getEvents()) {
            events.put(at + "-" + number++, Rows.Happened.of(point, event));
        }
    }

    /** Of several gateways, the oldest answers of each second count. */
    private void age(String model, long atMillis, double millis) {
        long second = atMillis / 1000;
        Place place = curve(ages, "age/", model, Long.toString(second));
        List<Number> before = place.get();
        if (before == null || before.get(1).doubleValue() < millis) {
            place.put(List.of(second * 1000, millis));
        }
    }

    /** Where a point of a curve goes; nowhere when there are too many models. */
    private record Place(Board<List<Number>> board, String key) {
        List<Number> get() {
            return board == null ? null : board.get(key);
        }

        void put(List<Number> row) {
            if (board != null) {
                board.put(key, row);
            }
        }
    }

    private Place curve(
            Map<String, Board<List<Number>>> family, String prefix, String model, String key) {
        Board<List<Number>> board = family.get(model);
        if (board == null && family.size() < limits.models()) {
            board = new Board<>(limits.points(), Overflow.THIN);
            family.put(model, board);
            boards.put(prefix + model, board);
        }
        return new Place(board, key);
    }

    public void version(CheckpointManifest manifest) {
        versions.put(manifest.getModel() + "/" + manifest.getVersion(), Rows.Version.of(manifest));
    }

    public void live(Alias alias) {
        live.put(alias.getModel(), Rows.Live.of(alias));
    }

    public void teacher(TeacherCard card) {
        teachers.put(card.getTeacherId(), Rows.Teacher.of(card));
    }

    /** A record of the registry topic was removed: a version, an alias or a teacher. */
    public void registryRemoved(String key) {
        versions.drop(key);
        live.drop(key.replaceFirst("/@live$", ""));
        teachers.drop(key.replaceFirst("^teacher/", ""));
    }

    public void lineage(Lineage made) {
        lineage.put(made);
    }

    /** An order; of two of one key the higher sequence stands, as it does for gateways. */
    public void order(String key, Control order) {
        Rows.Ordered before = orders.get(key);
        if (before == null || before.sequence() < order.getSequence()) {
            orders.put(key, Rows.Ordered.of(order));
        }
    }

    public void orderRemoved(String key) {
        orders.drop(key);
    }

    public void gateway(GatewayStatus status) {
        gateways.put(status.getGatewayId(), Rows.Gateway.of(status));
    }

    public void gatewayRemoved(String id) {
        gateways.drop(id);
    }

    /**
     * A dead letter.
     *
     * @param at names the record among all
     */
    public void letter(String at, Letter letter) {
        letters.put(at, letter);
    }

    /** How far topics and groups are. Groups that are gone are forgotten. */
    public void survey(Survey survey) {
        rates.add(survey);
        survey.ends()
                .forEach(
                        (topic, end) ->
                                topics.put(
                                        topic, new Flow(end, Math.round(rates.perSecond(topic)))));
        List<String> names = survey.groups().stream().map(Survey.Group::name).toList();
        groups.all().put().keySet().stream()
                .filter(name -> !names.contains(name))
                .forEach(groups::drop);
        survey.groups().forEach(group -> groups.put(group.name(), group));
    }

    public void reading(Reading now) {
        readingChanged |= !now.equals(reading);
        reading = now;
    }

    /** How reading is doing, as last told. */
    public Reading reading() {
        return reading;
    }

    /**
     * Rows for a page.
     *
     * @param reset true when it is everything, false when it is what changed
     * @param fields what a curve's numbers are, after time and version; with everything only
     */
    public record Frame(
            boolean reset,
            long now,
            Reading reading,
            List<String> fields,
            Map<String, Board.Change<?>> boards) {}

    /** Everything, for a page that has nothing. */
    public Frame all(long nowMillis) {
        Map<String, Board.Change<?>> all = new LinkedHashMap<>();
        boards.forEach((name, board) -> all.put(name, board.all()));
        return new Frame(true, nowMillis, reading, Curves.FIELDS, all);
    }

    /** Whether {@link #changes} would have anything to say. */
    public boolean isChanged() {
        return readingChanged || boards.values().stream().anyMatch(Board::isChanged);
    }

    /** What changed since the last call. */
    public Frame changes(long nowMillis) {
        Map<String, Board.Change<?>> changed = new LinkedHashMap<>();
        boards.forEach(
                (name, board) -> {
                    if (board.isChanged()) {
                        changed.put(name, board.drain());
                    }
                });
        readingChanged = false;
        return new Frame(false, nowMillis, reading, List.of(), changed);
    }

    /** Lineage of a model's versions up to one, as far as it is kept, ascending. */
    public List<Lineage> lineage(String model, long version) {
        return lineage.until(model, version);
    }

    /** Teachers that a version names; empty when it is not known. */
    public List<String> teachersOf(String model, long version) {
        Rows.Version known = versions.get(model + "/" + version);
        return known == null ? List.of() : known.teachers();
    }
}
