package io.decant.it.cluster;

import io.decant.it.harness.TestCluster;

/** The contract, held by the broker and the registry that need no containers. */
class EmbeddedClusterIT extends ClusterContract {
    @Override
    TestCluster start() {
        return TestCluster.embedded();
    }
}
