package io.decant.serde;

import io.decant.records.DeadLetterReason;
import java.util.Map;
import org.apache.avro.Schema;

/** Knows the schemas that wire headers name by id. */
@FunctionalInterface
public interface WriterSchemas {
    /**
     * The schema of an id.
     *
     * @throws BadRecordException if there is none, or none that Avro can read
     * @throws RegistryException if the registry does not answer; trying again may help
     */
    Schema byId(int id);

    /** Asks the registry that a client's properties name; nothing is remembered. */
    static WriterSchemas ofRegistry(Map<String, ?> properties) {
        RegistryClient registry = new RegistryClient(RegistrySettings.from(properties));
        return id -> {
            try {
                return registry.byId(id);
            } catch (RegistryException refused) {
                if (refused.saysNotFound()) {
                    throw new BadRecordException(
                            DeadLetterReason.UNKNOWN_SCHEMA,
                            "the schema registry does not know schema id " + id,
                            refused);
                }
                throw refused;
            } catch (RegistryClient.NotAvroException other) {
                throw new BadRecordException(
                        DeadLetterReason.UNKNOWN_SCHEMA,
                        "schema id " + id + " cannot be used: " + other.getMessage(),
                        other);
            }
        };
    }

    /** Knows these and no others. */
    static WriterSchemas of(Map<Integer, Schema> known) {
        Map<Integer, Schema> schemas = Map.copyOf(known);
        return id -> {
            Schema schema = schemas.get(id);
            if (schema == null) {
                throw new BadRecordException(
                        DeadLetterReason.UNKNOWN_SCHEMA, "schema id " + id + " is not known", null);
            }
            return schema;
        };
    }
}
