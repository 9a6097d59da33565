package io.decant.dev.broker;

import io.decant.dev.DevStackException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Main class of the broker's own JVM: {@code BrokerMain FOLDER PORT CONTROLLER_PORT [KEY=VALUE]…}.
 * A folder that is secure has its passwords in files; none is ever in an argument. Prints one line
 * to standard output, {@code READY port} or {@code FAILED reason}, and stops when its standard
 * input ends, which happens when the parent closes it or dies in any way.
 *
 * <p>Ctrl-C in a terminal reaches parent and child at once. The broker then stays until the parent
 * is done with it, or {@link #PARENT_MAY_TAKE_SECONDS} have passed.
 *
 * <p><em>Thread-safe: no state.</em>
 */
final class BrokerMain {
    static final String READY = "READY ";
    static final String FAILED = "FAILED ";
    private static final long PARENT_MAY_TAKE_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(BrokerMain.class);

    private BrokerMain() {}

    public static void main(String[] args) {
        PrintStream toParent = System.out;
        System.setOut(System.err); // whatever else prints must not end up in the handshake
        EmbeddedBroker broker;
        try {
            broker = EmbeddedBroker.start(Path.of(args[0]), settings(args));
        } catch (DevStackException failed) {
            LOG.error("broker did not start", failed);
            toParent.println(FAILED + failed.getMessage().replace('\n', ' '));
            System.exit(1);
            return;
        }
        CountDownLatch parentIsDone = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> stop(broker, parentIsDone), "broker-stop"));
        toParent.println(READY + broker.port());
        waitForEndOfInput();
        parentIsDone.countDown();
        System.exit(0);
    }

    private static BrokerSettings settings(String[] args) {
        BrokerSettings settings =
                BrokerSettings.defaults()
                        .withPort(Integer.parseInt(args[1]))
                        .withControllerPort(Integer.parseInt(args[2]));
        for (int i = 3; i < args.length; i++) {
            String[] keyAndValue = args[i].split("=", 2);
            settings = settings.with(keyAndValue[0], keyAndValue[1]);
        }
        return settings;
    }

    private static void stop(EmbeddedBroker broker, CountDownLatch parentIsDone) {
        try {
            if (!parentIsDone.await(PARENT_MAY_TAKE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the parent is still there after {} s, stopping", PARENT_MAY_TAKE_SECONDS);
            }
        } catch (InterruptedException stopNow) {
            Thread.currentThread().interrupt();
        }
        broker.close();
    }

    /** The parent writes nothing, so the first answer is the end. */
    private static void waitForEndOfInput() {
        try {
            System.in.transferTo(System.err);
        } catch (IOException parentIsGone) {
            LOG.info("standard input broke, stopping", parentIsGone);
        }
    }
}
