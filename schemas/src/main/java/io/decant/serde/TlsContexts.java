package io.decant.serde;

import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Makes TLS contexts from Kafka's own {@code ssl.*} settings, so that HTTP takes the same stores
 * (PEM, PKCS12, JKS) under the same names as Kafka's clients do. <i>Thread-safe: no state.</i>
 */
public final class TlsContexts {
    private TlsContexts() {}

    /**
     * A context for either side of a connection.
     *
     * @param ssl {@code ssl.*} settings as Kafka's clients take them; without a trust store the
     *     platform's own authorities are trusted
     * @throws ConfigException if a setting is wrong or a store cannot be read
     */
    public static SSLContext of(Map<String, ?> ssl) {
        ConfigDef known = new ConfigDef();
        SslConfigs.addClientSslSupport(known);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(known.parse(ssl));
            return factory.sslContext();
        } catch (KafkaException unusable) {
            Throwable cause = unusable.getCause() == null ? unusable : unusable.getCause();
            throw new ConfigException(
                    "TLS cannot be set up from the ssl.* settings: "
                            + unusable.getMessage()
                            + (cause == unusable ? "" : " (" + cause.getMessage() + ")"));
        }
    }
}
