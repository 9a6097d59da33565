package io.decant.cli;

import io.decant.pipeline.config.Configuration;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** A command as it was typed, without secrets. <i>Thread-safe: all methods are pure.</i> */
public final class CommandText {
    private CommandText() {}

    /** The whole command line of the command that runs. */
    static String of(CommandSpec spec) {
        return of(spec.root().commandLine().getParseResult().originalArgs());
    }

    /** As one would type it again. */
    public static String of(List<String> arguments) {
        return "decant "
                + arguments.stream()
                        .map(CommandText::withoutSecret)
                        .map(CommandText::quoted)
                        .collect(Collectors.joining(" "));
    }

    /** One argument; if it sets a key, such as {@code kafka.password=x}, it may hold a secret. */
    public static String withoutSecret(String argument) {
        // --flag=key=value: the flag's own sign is not the key's.
        int flag = argument.startsWith("--") ? argument.indexOf('=') + 1 : 0;
        int equals = Math.max(argument.indexOf('=', flag), flag - 1);
        String key = argument.substring(0, equals + 1);
        return key + Configuration.shown(key, argument.substring(equals + 1));
    }

    private static String quoted(String argument) {
        return argument.matches("[\\w@%+=:,./*-]+")
                ? argument
                : "'" + argument.replace("'", "'\\''") + "'";
    }
}
