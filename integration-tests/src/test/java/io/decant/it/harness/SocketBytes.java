package io.decant.it.harness;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** Bytes that Kafka consumers of this process have received on their sockets. */
public final class SocketBytes {
    private SocketBytes() {}

    /**
     * Sum over consumers that are open now.
     *
     * @param clientIdPattern with asterisks
     */
    public static long received(String clientIdPattern) {
        MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
        try {
            double sum = 0;
            for (ObjectName name :
                    beans.queryNames(
                            new ObjectName(
                                    "kafka.consumer:type=consumer-metrics,client-id="
                                            + clientIdPattern),
                            null)) {
                sum += (Double) beans.getAttribute(name, "incoming-byte-total");
            }
            return (long) sum;
        } catch (JMException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
