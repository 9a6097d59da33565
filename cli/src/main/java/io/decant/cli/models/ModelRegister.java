package io.decant.cli.models;

import io.decant.records.Alias;
import io.decant.records.CheckpointManifest;
import io.decant.records.Control;
import io.decant.records.GatewayStatus;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What the topics say of one model at one moment: its versions, which of them gateways are to
 * serve, what operators ordered, and what gateways report. <i>Immutable.</i>
 *
 * @param model its name
 * @param versions manifests of versions that are not removed, by version
 * @param live the alias {@code @live}; empty before the first version
 * @param orders every order about the model that the topic still holds, in the order of writing
 * @param override the override in force or lifted; empty when none was ever given
 * @param pins the last order about each version that was pinned or released, by version
 * @param gateways the last report of each gateway
 */
public record ModelRegister(
        String model,
        NavigableMap<Long, StoredRecord<CheckpointManifest>> versions,
        Optional<StoredRecord<Alias>> live,
        List<StoredRecord<Control>> orders,
        Optional<StoredRecord<Control>> override,
        NavigableMap<Long, StoredRecord<Control>> pins,
        List<GatewayStatus> gateways) {
    /** Version of an order that lifts an earlier one. */
    public static final long NONE = 0;

    public ModelRegister {
        versions = Collections.unmodifiableNavigableMap(new TreeMap<>(versions));
        orders = List.copyOf(orders);
        pins = Collections.unmodifiableNavigableMap(new TreeMap<>(pins));
        gateways = List.copyOf(gateways);
    }

    /** The version that {@code @live} names. */
    public OptionalLong liveVersion() {
        return live.map(alias -> OptionalLong.of(alias.value().getVersion()))
                .orElse(OptionalLong.empty());
    }

    /** The version that operators ordered; empty when gateways follow {@code @live}. */
    public OptionalLong overridden() {
        return override.map(order -> order.value().getVersion())
                .filter(version -> version != NONE)
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    /** The version that gateways are to serve. */
    public OptionalLong wanted() {
        return overridden().isPresent() ? overridden() : liveVersion();
    }

    /** Versions that are pinned. */
    public SortedSet<Long> pinned() {
        SortedSet<Long> pinned = new TreeSet<>();
        pins.forEach(
                (version, order) -> {
                    if (order.value().getVersion() != NONE) {
                        pinned.add(version);
                    }
                });
        return pinned;
    }

    /** The greatest sequence of an order about the model; 0 when there is none. */
    public long highestSequence() {
        return orders.stream().mapToLong(order -> order.value().getSequence()).max().orElse(0);
    }

    /** Id of the key that the newest version or the alias is signed with, if any. */
    public Optional<String> signer() {
        return Stream.concat(
                        Optional.ofNullable(versions.lastEntry())
                                .map(newest -> newest.getValue().value().getSignatureKeyId())
                                .stream(),
                        live.map(alias -> alias.value().getSignatureKeyId()).stream())
                .filter(id -> !id.isEmpty())
                .findFirst();
    }

    /** Names of the gateways that serve a version. */
    public List<String> servedBy(long version) {
        return gateways.stream()
                .filter(gateway -> gateway.getServedVersion() == version)
                .map(GatewayStatus::getGatewayId)
                .sorted()
                .toList();
    }
}
