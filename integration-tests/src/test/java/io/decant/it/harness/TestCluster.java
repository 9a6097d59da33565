package io.decant.it.harness;

import io.decant.dev.DevCluster;
import java.util.Locale;

/** A broker and a registry that tests run against. <i>Thread-safe.</i> */
public interface TestCluster extends AutoCloseable {
    /** For {@code bootstrap.servers}. */
    String bootstrapServers();

    /** For {@code schema.registry.url}. */
    String registryUrl();

    @Override
    void close();

    /** Both in this JVM; starts everywhere. */
    static TestCluster embedded() {
        DevCluster cluster = DevCluster.temporary();
        return new TestCluster() {
            @Override
            public String bootstrapServers() {
                return cluster.bootstrapServers();
            }

            @Override
            public String registryUrl() {
                return cluster.registryUrl();
            }

            @Override
            public void close() {
                cluster.close();
            }
        };
    }

    /**
     * What {@code -Ddecant.cluster} asks for: {@code embedded}, {@code containers}, or {@code
     * auto}, the default, which takes containers where an engine answers and holds the images. Says
     * which it is at the start and at the end.
     */
    static TestCluster chosen() {
        String asked = System.getProperty("decant.cluster", "auto").toLowerCase(Locale.ROOT);
        boolean containers =
                switch (asked) {
                    case "embedded" -> false;
                    case "containers" -> true;
                    case "auto" -> ContainerImages.arePresent();
                    default ->
                            throw new IllegalArgumentException(
                                    "decant.cluster must be auto, embedded or containers, was "
                                            + asked);
                };
        String which =
                containers
                        ? "CONTAINERS, " + ContainerImages.BROKER + " and " + ContainerImages.DECANT
                        : "the EMBEDDED broker and registry";
        return new Announced(containers ? ContainerCluster.start() : embedded(), which);
    }

    /** Says loudly which cluster a run had. */
    record Announced(TestCluster cluster, String which) implements TestCluster {
        public Announced {
            say("integration tests run against " + which);
        }

        @Override
        public String bootstrapServers() {
            return cluster.bootstrapServers();
        }

        @Override
        public String registryUrl() {
            return cluster.registryUrl();
        }

        @Override
        public void close() {
            cluster.close();
            say("integration tests have run against " + which);
        }

        private static void say(String sentence) {
            System.out.printf("%n==== %s ====%n%n", sentence);
        }
    }
}
