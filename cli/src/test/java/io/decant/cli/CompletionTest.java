package io.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "decant mod                  | models",
                "decant topics de            | describe",
                "decant topics tail --par    | --partition",
                "decant models show --journ  | --journal",
                "decant gateway --con        | --config"
            })
    void bashCompletesCommandsAndFlags(String typed, String expected) throws Exception {
        assertThat(completions(typed)).containsExactly(expected);
    }

    @Test
    void bashListsTheCommandsOfACommand() throws Exception {
        assertThat(completions("decant topics "))
                .contains("create", "describe", "tail")
                .doesNotContain("demo");
    }

    @Test
    void zshIsAskedToTakeAScriptForBash() {
        assertThat(script("zsh"))
                .startsWith("autoload -U +X compinit && compinit")
                .contains("bashcompinit");
    }

    @Test
    void anotherShellIsWrongUsage() {
        // When
        StringWriter errors = new StringWriter();
        int exitCode =
                Decant.run(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(errors),
                        "completion",
                        "fish");

        // Then
        assertThat(exitCode).isEqualTo(2);
        assertThat(errors.toString()).contains("bash, zsh", "'fish'");
    }

    /** What Bash itself offers for the last word. */
    private List<String> completions(String typed) throws Exception {
        Path script = Files.writeString(folder.resolve("completion"), script("bash"));
        String[] words = typed.split(" ", -1);
        String ask =
                "source "
                        + script
                        + "; COMP_WORDS=("
                        + String.join(" ", words)
                        + (typed.endsWith(" ") ? " ''" : "")
                        + "); COMP_CWORD="
                        + (words.length - 1)
                        + "; $(complete -p decant | sed 's/.*-F \\([^ ]*\\).*/\\1/'); printf '%s\\n' \"${COMPREPLY[@]}\"";
        Process bash =
                new ProcessBuilder("bash", "--noprofile", "--norc", "-c", ask)
                        // Outside of a line editor Bash says that it is not completing.
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String answer = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).as(answer).isTrue();
        return answer.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private static String script(String shell) {
        StringWriter out = new StringWriter();
        assertThat(
                        Decant.run(
                                new PrintWriter(out),
                                new PrintWriter(new StringWriter()),
                                "completion",
                                shell))
                .isZero();
        return out.toString();
    }
}
