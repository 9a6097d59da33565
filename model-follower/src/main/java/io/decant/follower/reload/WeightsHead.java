package io.decant.follower.reload;

import io.decant.model.checkpoint.WeightsChain;
import io.decant.model.spec.InvalidModelException;
import io.decant.records.FormKind;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The newest version whose weights were rebuilt and verified. It is apart from what is served, so a
 * refused candidate, a rollback or an operator's order breaks nothing: the next delta adds to the
 * head. Forms that failed are remembered, so that they are not read for every version again.
 * <i>Owned by the follower's thread.</i>
 */
final class WeightsHead {
    private static final int MAX_BROKEN = 256;

    private final WeightsReader reader;
    private final Set<FormId> broken = new LinkedHashSet<>();
    private Optional<Link> head = Optional.empty();
    private long bytes;

    /** A version and its weights. */
    private record Link(VersionId id, WeightsChain chain) {}

    /** What following a plan's steps came to. */
    sealed interface Rebuilt {
        /** The wanted version's weights, verified. */
        record Whole(WeightsChain chain) implements Rebuilt {}

        /**
         * A form does not give its version's weights.
         *
         * @param reason one sentence
         */
        record Broken(String reason) implements Rebuilt {}
    }

    WeightsHead(WeightsReader reader) {
        this.reader = reader;
    }

    Optional<VersionId> id() {
        return head.map(Link::id);
    }

    Set<FormId> broken() {
        return broken;
    }

    /** Key and value bytes read since the last call. */
    long takeBytes() {
        long taken = bytes;
        bytes = 0;
        return taken;
    }

    /** Begins with a version that is verified already. */
    void start(VersionId id, WeightsChain chain) {
        head = Optional.of(new Link(id, chain));
    }

    /**
     * Reads and verifies each step. What was verified stays the head, whatever comes after.
     *
     * @throws org.apache.kafka.common.KafkaException if a form cannot be read now
     */
    Rebuilt rebuild(ReloadPlan.Load load) {
        Optional<Link> at = load.fromHead() ? head : Optional.empty();
        for (ReloadPlan.Step step : load.steps()) {
            try {
                at = Optional.of(next(at, step));
            } catch (InvalidModelException damaged) {
                remember(new FormId(step.id(), step.form().getForm()));
                String where =
                        step.id().equals(load.id())
                                ? ""
                                : "on the way to it, version " + step.id().version() + ": ";
                return new Rebuilt.Broken(where + damaged.getMessage());
            }
            advance(at.get(), load);
        }
        return new Rebuilt.Whole(at.orElseThrow().chain());
    }

    private Link next(Optional<Link> at, ReloadPlan.Step step) {
        WeightsReader.Read read = reader.read(step.manifest().manifest().getModel(), step.form());
        bytes += read.bytes();
        if (!read.problems().isEmpty()) {
            throw new InvalidModelException(read.problems().get(0));
        }
        byte[] file = FormFile.of(step.manifest().manifest(), step.form(), read.chunks());
        byte[] digest = digest(step);
        WeightsChain chain =
                step.form().getForm() == FormKind.ANCHOR
                        ? WeightsChain.start(file, digest)
                        : at.orElseThrow().chain().then(file, digest);
        return new Link(step.id(), chain);
    }

    private static byte[] digest(ReloadPlan.Step step) {
        ByteBuffer digest = step.manifest().manifest().getWeightsDigest().duplicate();
        byte[] bytes = new byte[digest.remaining()];
        digest.get(bytes);
        return bytes;
    }

    /** An operator who goes back does not take the head along: the way on is from the newest. */
    private void advance(Link link, ReloadPlan.Load load) {
        boolean back =
                load.wanted().ordered()
                        && head.filter(now -> now.id().version() > link.id().version()).isPresent();
        if (!back) {
            head = Optional.of(link);
        }
    }

    private void remember(FormId form) {
        broken.add(form);
        if (broken.size() > MAX_BROKEN) {
            broken.remove(broken.iterator().next());
        }
    }
}
