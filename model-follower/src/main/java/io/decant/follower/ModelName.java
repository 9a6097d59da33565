package io.decant.follower;

/** What a model may be called, so that keys of the registry can be told apart. <i>No state.</i> */
public final class ModelName {
    private ModelName() {}

    /**
     * Checks a name that was set.
     *
     * @throws IllegalArgumentException with one sentence that names the setting
     */
    public static void check(String setting, String name) {
        if (name.isBlank() || name.contains("/") || name.startsWith("@")) {
            throw new IllegalArgumentException(
                    setting + " must be a name without '/', was '" + name + "'");
        }
    }
}
