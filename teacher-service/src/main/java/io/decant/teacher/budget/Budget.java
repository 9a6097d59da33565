package io.decant.teacher.budget;

import io.decant.follower.pace.TokenBucket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Decides, window by window, about which samples the teacher is asked: the policy's share, more of
 * it during drift, less of it while the teacher is slow, and never more than the calls a second.
 * Pure but for the clock of those calls. <i>Owned by one thread.</i>
 */
public final class Budget {
    /** Fading of the agreement that is reported: about the last hundred answers. */
    private static final double FADING = 0.99;

    private final BudgetSettings settings;
    private final Ladder ladder;
    private final Stride stride;
    private final Optional<TokenBucket> calls;
    private final InstantSource clock;
    private final Quota normal = new Quota();
    private final Quota inForce = new Quota();
    private final Quota monitor = new Quota();
    private double[] committed = {0, 0, 0};
    private double shareInForce;
    private double agreed;
    private double compared;

    /**
     * What is known beside the samples of a window.
     *
     * @param opinions the student's, as many as samples; empty while it has none
     * @param drift whether its trainer reacts to drift
     * @param age of the oldest sample, 0 or more
     */
    public record Situation(Optional<Opinions> opinions, boolean drift, Duration age) {}

    /**
     * What is decided.
     *
     * @param choices one for each sample, in the order of the window
     * @param change the ladder's step, if another one was taken
     */
    public record Decision(List<Choice> choices, Optional<Ladder.Change> change) {
        public Decision {
            choices = List.copyOf(choices);
        }
    }

    /**
     * A budget of which nothing is used.
     *
     * @param clock never goes back
     */
    public Budget(BudgetSettings settings, LadderSettings ladder, InstantSource clock) {
        this.settings = settings;
        this.ladder = new Ladder(ladder);
        this.clock = clock;
        stride = new Stride(settings.agreement(), settings.judgeAfter());
        // A window is chosen from as a whole, so its calls may come at once.
        calls =
                settings.callsPerSecond()
                        .map(rate -> new TokenBucket(rate, Math.max(rate, 1), clock));
        shareInForce = shareDuring(false);
    }

    /** Whether these settings ever skip a sample; otherwise no budget is needed. */
    public static boolean isNeeded(BudgetSettings settings, LadderSettings ladder) {
        return settings.policy() != BudgetPolicy.ALL || ladder.enabled();
    }

    /**
     * Decides about a window.
     *
     * @param ids of its samples, at least one
     */
    public Decision choose(List<String> ids, Situation situation) {
        Optional<Ladder.Change> change = ladder.observe(situation.age(), clock.instant());
        double share = shareDuring(situation.drift());
        shareInForce = ladder.share(share, settings.monitorShare());
        Ranking ranking = new Ranking(ids, settings.seed());
        int wanted = count(normal, share, ranking, ids.size());
        int left = left(wanted, share, ranking, ids.size());
        int paid = pay(left);
        boolean chanceAlone = situation.opinions().isEmpty() || !byMargin() || paid == ids.size();
        int random = chanceAlone ? paid : monitor.next(monitored(paid, ids.size()), paid);
        int[] order = ranking.order(random, byMargin() ? situation.opinions() : Optional.empty());
        Choice[] choices = new Choice[ids.size()];
        Arrays.fill(choices, Choice.OVER_BUDGET);
        for (int rank = 0; rank < wanted; rank++) {
            choices[order[rank]] =
                    rank < random
                            ? Choice.MONITOR
                            : rank < paid
                                    ? Choice.ASK
                                    : rank < left ? Choice.OVER_RATE : Choice.TOO_SLOW;
        }
        return new Decision(List.of(choices), change);
    }

    /** The share on the normal step of the ladder, in (0, 1]. */
    public double shareDuring(boolean drift) {
        double most = settings.share().orElse(1.0);
        double share =
                settings.policy() == BudgetPolicy.ADAPTIVE ? Math.min(most, stride.share()) : most;
        return drift ? Math.max(share, settings.driftShare().orElse(0.0)) : share;
    }

    /** Off the normal step it has a remainder of its own to carry on. */
    private int left(int wanted, double share, Ranking ranking, int samples) {
        if (shareInForce == share) {
            inForce.carry(normal.carried());
            return wanted;
        }
        return Math.min(wanted, count(inForce, shareInForce, ranking, samples));
    }

    private int count(Quota quota, double share, Ranking ranking, int samples) {
        return settings.policy() == BudgetPolicy.RANDOM
                ? ranking.below(share)
                : quota.next(share * samples, samples);
    }

    private int pay(int wanted) {
        int paid = 0;
        while (paid < wanted && calls.map(TokenBucket::tryTake).orElse(true)) {
            paid++;
        }
        return paid;
    }

    /** On the last step nothing but the monitor is left. */
    private boolean byMargin() {
        return ladder.step() != Ladder.Step.LABELS_ONLY
                && (settings.policy() == BudgetPolicy.MARGIN
                        || settings.policy() == BudgetPolicy.ADAPTIVE);
    }

    /** Adaptive judges by these samples, so it needs some however little is asked. */
    private double monitored(int calls, int samples) {
        double part = settings.monitorShare() * calls;
        return settings.policy() == BudgetPolicy.ADAPTIVE
                ? Math.max(part, (double) samples / settings.window())
                : part;
    }

    /** The teacher answered to a {@link Choice#MONITOR} that the student has an opinion of. */
    public void answered(boolean sameClass) {
        agreed = FADING * agreed + (sameClass ? 1 : 0);
        compared = FADING * compared + 1;
        stride.answered(sameClass);
    }

    /** What was chosen is final. */
    public void committed() {
        committed = new double[] {normal.carried(), inForce.carried(), monitor.carried()};
    }

    /** What was chosen since the last commit will be chosen again. */
    public void givenUp() {
        normal.carry(committed[0]);
        inForce.carry(committed[1]);
        monitor.carry(committed[2]);
    }

    /** What a report says of it. */
    public Map<String, Double> report() {
        Map<String, Double> values = new TreeMap<>();
        values.put("budget_share", shareInForce);
        values.put("ladder_step", (double) ladder.step().ordinal());
        if (settings.policy() == BudgetPolicy.ADAPTIVE) {
            values.put("budget_stride", (double) stride.length());
        }
        if (compared > 0) {
            values.put("budget_agreement", agreed / compared);
        }
        return values;
    }
}
