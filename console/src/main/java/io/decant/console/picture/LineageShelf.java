package io.decant.console.picture;

import io.decant.records.Lineage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The newest lineage records, at most so many. <i>Owned by its picture.</i> */
final class LineageShelf {
    private final int capacity;
    private final Map<String, Lineage> records = new LinkedHashMap<>();

    LineageShelf(int capacity) {
        this.capacity = capacity;
    }

    void put(Lineage lineage) {
        records.put(lineage.getModel() + "/" + lineage.getVersion(), lineage);
        if (records.size() > capacity) {
            records.remove(records.keySet().iterator().next());
        }
    }

    /** Of a model's versions up to one, ascending. */
    List<Lineage> until(String model, long version) {
        return records.values().stream()
                .filter(known -> known.getModel().equals(model) && known.getVersion() <= version)
                .toList();
    }
}
