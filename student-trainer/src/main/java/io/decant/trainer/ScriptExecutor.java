package io.decant.trainer;

import io.decant.model.spec.TorchScript.Executor;

/** Which executor a new TorchScript student gets. <i>Immutable.</i> */
public enum ScriptExecutor {
    /** The faster one, measured when the model is born. */
    AUTO,
    PLAIN,
    OPTIMISED;

    /** The one to begin with. */
    Executor first() {
        return this == OPTIMISED ? Executor.OPTIMISED : Executor.PLAIN;
    }
}
