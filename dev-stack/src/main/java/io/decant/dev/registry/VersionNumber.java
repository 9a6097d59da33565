package io.decant.dev.registry;

/**
 * A version as a request names it: a number from 1, or the latest.
 *
 * <p><em>Immutable.</em>
 *
 * @param number the number; {@link #LATEST_NUMBER} = the latest
 */
record VersionNumber(int number) {
    private static final int LATEST_NUMBER = -1;

    static final VersionNumber LATEST = new VersionNumber(LATEST_NUMBER);

    /** Reads {@code "7"}, {@code "latest"} or {@code "-1"}. */
    static VersionNumber parse(String text) {
        if (text.equals("latest") || text.equals("-1")) {
            return LATEST;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= 1) {
                return new VersionNumber(number);
            }
        } catch (NumberFormatException notANumber) {
            // the answer is the same as for a number out of range
        }
        throw RegistryError.invalidVersion(text);
    }

    boolean isLatest() {
        return number == LATEST_NUMBER;
    }
}
