package io.decant.console.http;

import io.decant.console.picture.Picture;
import io.decant.console.read.ConsoleStage;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Between the stage, which owns the picture, and the pages. A page that follows gets everything
 * once and then what changed, a few times a second; one that does not keep up is sent away, and
 * comes back for everything. Questions about the picture are answered on the stage's thread.
 * <i>Thread-safe; {@link #show} is the stage's alone.</i>
 */
final class Live implements ConsoleStage.Screen {
    /** Frames that may be on their way to one page. */
    private static final int FRAMES_UNDERWAY = 8;

    private static final int QUESTIONS = 32;

    private final int most;
    private final Collection<Follower> followers = ConcurrentHashMap.newKeySet();
    private final BlockingQueue<Question<?>> questions = new ArrayBlockingQueue<>(QUESTIONS);

    /**
     * @param most pages that may follow at a time
     */
    Live(int most) {
        this.most = most;
    }

    private record Question<T>(Asked<T> asked, CompletableFuture<T> answer) {
        void answer(Picture picture, long nowMillis) {
            try {
                answer.complete(asked.of(picture, nowMillis));
            } catch (RuntimeException failed) {
                // Whoever asked is told; the picture and the other pages go on.
                answer.completeExceptionally(failed);
            }
        }
    }

    /** What is asked of a picture. */
    @FunctionalInterface
    interface Asked<T> {
        T of(Picture picture, long nowMillis);
    }

    /**
     * Lets a page follow.
     *
     * @return false when there are too many already
     */
    synchronized boolean follow(ServerSentEventConnection connection) {
        return !isFull() && followers.add(new Follower(connection, FRAMES_UNDERWAY));
    }

    /** Whether no further page may follow now. */
    synchronized boolean isFull() {
        followers.removeIf(follower -> !follower.isOpen());
        return followers.size() >= most;
    }

    /**
     * Asks; the answer comes within a push interval.
     *
     * @return failed with {@link IllegalStateException} when too many ask
     */
    <T> CompletableFuture<T> ask(Asked<T> asked) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!questions.offer(new Question<>(asked, answer))) {
            answer.completeExceptionally(new IllegalStateException("too many questions"));
        }
        return answer;
    }

    @Override
    public void show(Picture picture, long nowMillis) {
        followers.removeIf(follower -> !follower.isOpen());
        if (picture.isChanged()) {
            send(picture.changes(nowMillis), Follower::isWaitingForChanges);
        }
        send(picture, nowMillis);
        List<Question<?>> asked = new ArrayList<>();
        questions.drainTo(asked);
        asked.forEach(question -> question.answer(picture, nowMillis));
    }

    private void send(Picture.Frame frame, Predicate<Follower> to) {
        List<Follower> all = followers.stream().filter(to).toList();
        if (!all.isEmpty()) {
            String json = Json.text(frame);
            all.forEach(follower -> follower.send(json));
        }
    }

    /** Everything, to those who have nothing yet. */
    private void send(Picture picture, long nowMillis) {
        if (followers.stream().anyMatch(follower -> !follower.isWaitingForChanges())) {
            send(picture.all(nowMillis), follower -> !follower.isWaitingForChanges());
        }
    }

    /** Ends all streams. */
    void close() {
        followers.forEach(Follower::end);
    }
}
