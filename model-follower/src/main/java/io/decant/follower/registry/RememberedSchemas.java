package io.decant.follower.registry;

import io.decant.serde.WriterSchemas;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** Asks for each schema once. Bounded. <i>Owned by one thread.</i> */
final class RememberedSchemas implements WriterSchemas {
    private static final int CAPACITY = 1000;

    private final WriterSchemas origin;
    private final Map<Integer, Schema> known = new HashMap<>();

    RememberedSchemas(WriterSchemas origin) {
        this.origin = origin;
    }

    @Override
    public Schema byId(int id) {
        Schema schema = known.get(id);
        if (schema == null) {
            schema = origin.byId(id);
            if (known.size() < CAPACITY) {
                known.put(id, schema);
            }
        }
        return schema;
    }
}
