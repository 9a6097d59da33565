package io.decant.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code decant completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints a script with which a shell completes commands and flags.",
        footer = {
            "",
            "Example: source <(decant completion bash)",
            "For zsh: source <(decant completion zsh)"
        })
final class CompletionCommand implements Callable<Integer> {
    /** Zsh takes a script for Bash, once it is asked to. */
    private static final String ZSH_BEGINS =
            "autoload -U +X compinit && compinit; autoload -U +X bashcompinit && bashcompinit";

    /** Shells that can be completed for; the constants are what is typed. */
    enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "bash|zsh", description = "The shell: ${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (shell == Shell.zsh) {
            out.println(ZSH_BEGINS);
        }
        out.print(AutoComplete.bash("decant", spec.root().commandLine()));
        out.flush();
        return 0;
    }
}
