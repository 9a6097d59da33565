package io.decant.it.cluster;

import io.decant.it.harness.ContainerCluster;
import io.decant.it.harness.ContainerImages;
import io.decant.it.harness.TestCluster;
import org.junit.jupiter.api.Assumptions;

/**
 * The contract, held by a broker and a registry in containers, where an engine holds the images.
 */
class ContainerClusterIT extends ClusterContract {
    @Override
    TestCluster start() {
        boolean present = ContainerImages.arePresent();
        if (!present) {
            System.out.printf(
                    "%n==== no engine holds the images: containers are NOT tested ====%n%n");
        }
        Assumptions.assumeTrue(present, "no engine holds the images");
        return ContainerCluster.start();
    }
}
