package io.decant.gateway.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Who may come in while a server stops: first everybody, though it is announced that it stops; then
 * nobody, while those inside finish. <i>Thread-safe.</i>
 */
final class Doors {
    private int inside;
    private boolean leaving;
    private boolean shut;

    /** Lets a request in; false when the doors are shut. */
    synchronized boolean enter() {
        if (!shut) {
            inside++;
        }
        return !shut;
    }

    /** A request that was let in is over. */
    synchronized void leave() {
        inside--;
        notifyAll();
    }

    /** From now on the server says that it stops. */
    synchronized void announce() {
        leaving = true;
    }

    /** From now on nobody comes in. */
    synchronized void shut() {
        leaving = true;
        shut = true;
        notifyAll();
    }

    /** Whether the server has said that it stops. */
    synchronized boolean leaving() {
        return leaving;
    }

    /** Waits for the doors to be shut; false when the time was over first. */
    synchronized boolean awaitShut(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (!shut && until > System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, until - System.nanoTime());
        }
        return shut;
    }

    /** Waits for the last request; false when the time was over first. */
    synchronized boolean awaitEmpty(Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (inside > 0 && until > System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, until - System.nanoTime());
        }
        return inside == 0;
    }
}
