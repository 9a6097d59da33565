package io.decant.follower.reload;

import io.decant.records.FormKind;

/** One form of one version. <i>Immutable.</i> */
public record FormId(VersionId version, FormKind kind) {}
