package io.decant.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Ports on the command line. <i>Thread-safe: no state.</i> */
final class PortOption {
    private static final int HIGHEST = 65_535;

    private PortOption() {}

    /** The port, or wrong usage. */
    static int checked(CommandSpec spec, String flag, int port) {
        if (port < 0 || port > HIGHEST) {
            throw new ParameterException(
                    spec.commandLine(),
                    flag + " must be between 0 and " + HIGHEST + ", was " + port);
        }
        return port;
    }
}
