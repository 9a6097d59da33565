package io.decant.it.crash;

import io.decant.it.crash.Kill.Place;
import io.decant.pipeline.failpoint.FailPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Who is killed where: a function of a seed. Kills are dealt like cards: a deck holds every
 * fail-point, every victim at any time and the pairs, so that as many kills as a deck has cards
 * meet each of them. <i>Thread-safe: no state.</i>
 */
final class KillPlan {
    private static final int LONGEST_DELAY_MILLIS = 1500;

    private static final List<List<Victim>> PAIRS =
            List.of(
                    List.of(Victim.TRAINER, Victim.JOINER),
                    List.of(Victim.TRAINER, Victim.TEACHER),
                    List.of(Victim.TEACHER, Victim.JOINER),
                    List.of(Victim.TRAINER, Victim.GATEWAY),
                    List.of(Victim.TRAINER, Victim.BROKER));

    private KillPlan() {}

    /**
     * Deals kills.
     *
     * @param kills how many; at least 0
     */
    static List<Kill> of(long seed, int kills) {
        return of(seed, kills, List.of(Victim.values()));
    }

    /** As {@link #of(long, int)}, of these victims only. */
    static List<Kill> of(long seed, int kills, List<Victim> victims) {
        Random random = new Random(seed);
        List<Kill> plan = new ArrayList<>(kills);
        while (plan.size() < kills) {
            List<Kill> deck = deck(random);
            Collections.shuffle(deck, random);
            deck.removeIf(kill -> !victims.containsAll(kill.victims()));
            plan.addAll(deck.subList(0, Math.min(deck.size(), kills - plan.size())));
        }
        return plan;
    }

    private static List<Kill> deck(Random random) {
        List<Kill> deck = new ArrayList<>();
        for (FailPoint point : FailPoint.values()) {
            Victim victim = Victim.valueOf(point.service().toUpperCase(Locale.ROOT));
            deck.add(new Kill(List.of(victim), new Place.At(point), random.nextBoolean()));
        }
        for (Victim victim : Victim.values()) {
            deck.add(anyTime(List.of(victim), random));
        }
        PAIRS.forEach(pair -> deck.add(anyTime(pair, random)));
        deck.add(
                new Kill(
                        List.of(Victim.TRAINER, Victim.JOINER),
                        new Place.At(FailPoint.TRAINER_BEFORE_COMMIT),
                        random.nextBoolean()));
        return deck;
    }

    private static Kill anyTime(List<Victim> victims, Random random) {
        Duration delay = Duration.ofMillis(random.nextInt(LONGEST_DELAY_MILLIS));
        return new Kill(victims, new Place.After(delay), random.nextBoolean());
    }
}
