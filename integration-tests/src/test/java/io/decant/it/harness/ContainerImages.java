package io.decant.it.harness;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * The images of docker-compose.yml, by the same environment variables. <i>Thread-safe: no
 * state.</i>
 */
public final class ContainerImages {
    static final String BROKER = named("KAFKA_IMAGE", "apache/kafka:4.3.1");
    static final String DECANT = named("DECANT_IMAGE", "decant:0.1.0");

    private static final int SECONDS_TO_ANSWER = 10;

    private ContainerImages() {}

    private static String named(String variable, String otherwise) {
        return System.getenv().getOrDefault(variable, otherwise);
    }

    /**
     * Whether an engine answers and holds both; nothing is fetched. Testcontainers is not asked:
     * where there is no engine, it looks for one for a long time.
     */
    public static boolean arePresent() {
        try {
            Process asking =
                    new ProcessBuilder("docker", "image", "inspect", BROKER, DECANT)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!asking.waitFor(SECONDS_TO_ANSWER, TimeUnit.SECONDS)) {
                asking.destroyForcibly();
                return false;
            }
            return asking.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
