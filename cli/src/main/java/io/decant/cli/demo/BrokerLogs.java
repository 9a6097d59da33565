package io.decant.cli.demo;

import io.decant.cli.CommandFailure;
import io.decant.pipeline.kafka.Clients;
import io.decant.pipeline.kafka.ClusterSettings;
import io.decant.topics.Topic;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;

/** Asks brokers how large their logs are. <i>Thread-safe: it keeps nothing.</i> */
final class BrokerLogs {
    private static final int PATIENCE_SECONDS = 30;

    private BrokerLogs() {}

    /** Bytes of a topic in all brokers' logs. */
    static long bytes(ClusterSettings cluster, Topic topic) throws InterruptedException {
        String name = cluster.topics().name(topic);
        try (Admin admin = new Clients(cluster).admin("cli-demo-report")) {
            List<Integer> brokers =
                    admin.describeCluster().nodes().get(PATIENCE_SECONDS, TimeUnit.SECONDS).stream()
                            .map(Node::id)
                            .toList();
            return admin
                    .describeLogDirs(brokers)
                    .allDescriptions()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> replica.getKey().topic().equals(name))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        } catch (ExecutionException | TimeoutException failed) {
            throw new CommandFailure(
                    "the broker did not say how large its logs are: " + failed, failed);
        }
    }
}
