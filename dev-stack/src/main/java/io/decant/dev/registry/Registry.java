package io.decant.dev.registry;

/**
 * The store and its log: each change is decided by the store, written to the log, and only then
 * applied to the store.
 *
 * <p><em>Not thread-safe: owned by the registry's handler.</em>
 */
record Registry(SchemaStore store, SchemaLog log) {
    /**
     * Makes a decision true.
     *
     * @return the decision's answer
     * @throws RegistryError when it could not be written
     */
    <T> T commit(SchemaStore.Decision<T> decision) {
        for (LogEntry entry : decision.entries()) {
            log.append(entry);
            store.apply(entry);
        }
        return decision.answer();
    }
}
