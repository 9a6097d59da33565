package io.decant.cli.sweep;

import io.decant.cli.CommandFailure;
import io.decant.trainer.learn.DivergedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Makes trials, some at a time. <i>Thread-safe: all methods are pure.</i> */
final class TrialPool {
    private TrialPool() {}

    /**
     * Makes all trials. One that diverges has no score; anything else that goes wrong ends the
     * sweep.
     *
     * @param trials settings to the work that scores them, begun in this order
     * @param parallel trials at a time, at least 1
     * @param heard of each result as soon as its trial ends, on the caller's thread
     * @return the results in the order in which the trials ended
     * @throws CommandFailure when a trial broke, or the thread was interrupted
     */
    static List<TrialResult> run(
            Map<Map<String, String>, Callable<TrialResult>> trials,
            int parallel,
            Consumer<TrialResult> heard) {
        ExecutorService workers = Executors.newFixedThreadPool(parallel);
        ExecutorCompletionService<TrialResult> ended = new ExecutorCompletionService<>(workers);
        Map<Future<TrialResult>, Map<String, String>> running = new HashMap<>();
        List<TrialResult> results = new ArrayList<>();
        try {
            trials.forEach(
                    (trial, work) -> running.put(ended.submit(() -> made(trial, work)), trial));
            while (!running.isEmpty()) {
                Future<TrialResult> next = ended.take();
                TrialResult result = result(running.remove(next), next);
                results.add(result);
                heard.accept(result);
            }
            return results;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("the sweep was stopped; the same command goes on", stopped);
        } finally {
            workers.shutdownNow();
        }
    }

    private static TrialResult result(Map<String, String> trial, Future<TrialResult> ended)
            throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException broken) {
            throw new CommandFailure(
                    "the sweep broke off at trial " + trial + ": " + broken.getCause().getMessage(),
                    broken.getCause());
        }
    }

    private static TrialResult made(Map<String, String> trial, Callable<TrialResult> work)
            throws Exception {
        long began = System.nanoTime();
        try {
            return work.call();
        } catch (DivergedException tooWild) {
            // A learning rate that is too high is an answer, and no reason to end the sweep.
            return TrialResult.failed(trial, Sweep.seconds(began), tooWild.getMessage());
        }
    }
}
