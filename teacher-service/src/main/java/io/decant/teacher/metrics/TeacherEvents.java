package io.decant.teacher.metrics;

import io.decant.records.Event;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happened once: logged at once, counted, and told in one report; again in a later one when
 * that was not committed. Bounded: the oldest make room. <i>Owned by one thread.</i>
 */
public final class TeacherEvents {
    private static final Logger LOG = LoggerFactory.getLogger(TeacherEvents.class);
    private static final int MOST = 100;

    private final List<Event> untold = new ArrayList<>();
    private int telling;
    private long count;

    /** Something happened. */
    public void happened(Event event) {
        LOG.info(
                "service=teacher event={} signal={} size={} at={}@{} detail=\"{}\"",
                event.getKind(),
                event.getSignal(),
                event.getSize(),
                event.getPartition(),
                event.getOffset(),
                event.getDetail());
        count++;
        untold.add(event);
        if (untold.size() > MOST) {
            untold.remove(0);
            telling = Math.max(0, telling - 1);
        }
    }

    /** What the next report tells: what no open report tells yet. */
    public List<Event> tell() {
        List<Event> fresh = List.copyOf(untold.subList(telling, untold.size()));
        telling = untold.size();
        return fresh;
    }

    /** The open reports are committed. */
    public void committed() {
        untold.subList(0, telling).clear();
        telling = 0;
    }

    /** The open reports were given up; what they told is told again. */
    public void givenUp() {
        telling = 0;
    }

    /** How many since the start. */
    public long count() {
        return count;
    }
}
