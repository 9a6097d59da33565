package io.decant.console;

import io.decant.records.Lineage;
import java.util.List;

/** Writes the model card of a version. <i>Thread-safe.</i> */
@FunctionalInterface
public interface VersionCards {
    /**
     * The card, as maps and lists that have a JSON form.
     *
     * @param lineage of the model's versions up to this one, as far as it is kept, ascending; not
     *     empty
     * @param teachers that the version names
     */
    Object card(String model, long version, List<Lineage> lineage, List<String> teachers);
}
