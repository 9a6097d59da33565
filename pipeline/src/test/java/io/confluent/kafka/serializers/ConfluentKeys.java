package io.confluent.kafka.serializers;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The keys of Confluent's Avro serializers that this project documents, with Confluent's types and
 * defaults: what Confluent's classes would refuse is refused here. <i>Immutable.</i>
 */
final class ConfluentKeys {
    private static final ConfigDef KEYS =
            new ConfigDef()
                    .define("schema.registry.url", Type.LIST, Importance.HIGH, "")
                    .define("auto.register.schemas", Type.BOOLEAN, true, Importance.MEDIUM, "")
                    .define("use.latest.version", Type.BOOLEAN, false, Importance.LOW, "")
                    .define("avro.remove.java.properties", Type.BOOLEAN, false, Importance.LOW, "")
                    .define("specific.avro.reader", Type.BOOLEAN, false, Importance.LOW, "")
                    .define("basic.auth.credentials.source", Type.STRING, "URL", Importance.LOW, "")
                    .define("basic.auth.user.info", Type.PASSWORD, "", Importance.MEDIUM, "")
                    .define("value.subject.name.strategy", Type.CLASS, null, Importance.LOW, "");

    private ConfluentKeys() {}

    /** The properties, when Confluent's classes would take them and do what Decant needs. */
    static Map<String, Object> checked(Map<String, ?> properties) {
        AbstractConfig config = new AbstractConfig(KEYS, properties, false);
        for (String needed : new String[] {"specific.avro.reader", "avro.remove.java.properties"}) {
            if (!config.getBoolean(needed)) {
                throw new ConfigException(needed, false, "Decant needs true");
            }
        }
        return new HashMap<>(properties);
    }
}
