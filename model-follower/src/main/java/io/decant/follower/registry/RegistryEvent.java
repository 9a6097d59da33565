package io.decant.follower.registry;

/** One change of what the registry and the operators say about a model. <i>Immutable.</i> */
public sealed interface RegistryEvent {
    /** A manifest was written. */
    record VersionPublished(ManifestRecord record) implements RegistryEvent {}

    /** A manifest was removed. */
    record VersionRemoved(long version) implements RegistryEvent {}

    /**
     * The trainer's {@code @live} points to a version.
     *
     * @param sequence grows with each change
     */
    record LiveSet(long version, long sequence) implements RegistryEvent {}

    /** There is no {@code @live} any more. */
    record LiveRemoved() implements RegistryEvent {}

    /**
     * An operator's {@code @override} points to a version.
     *
     * @param version 0 lifts the override
     * @param sequence grows with each order
     */
    record OverrideSet(long version, long sequence) implements RegistryEvent {}

    /** The override was removed. */
    record OverrideRemoved() implements RegistryEvent {}
}
