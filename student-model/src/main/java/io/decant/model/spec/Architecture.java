package io.decant.model.spec;

/** How a student computes its logits. <i>Immutable.</i> */
public sealed interface Architecture permits Mlp, TorchScript {
    /** Number of logits, at least 2. */
    int classCount();

    /** Where each tensor stands in the model's one flat vector. */
    ParameterLayout layout();

    /** In a few words, for messages and reports. */
    String describe();
}
