package io.decant.cli;

import io.decant.pipeline.kafka.ClusterSettings;

/** A configuration file that holds only the block that services have too. <i>Immutable.</i> */
public record ClusterFile(ClusterSettings cluster) {}
