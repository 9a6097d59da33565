package io.decant.model.torch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the properties of a CPU that choose between numeric kernels. <i>Thread-safe.</i> */
final class CpuCapability {
    private static final Pattern VECTOR_FLAG =
            Pattern.compile("avx.*|fma|f16c|amx.*|sse4_2|asimd.*|sve.*|bf16|i8mm|fphp");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private CpuCapability() {}

    static String describe(String instructionSet) {
        String forced =
                Optional.ofNullable(System.getenv("MKL_ENABLE_INSTRUCTIONS"))
                                .map(v -> " MKL=" + v)
                                .orElse("")
                        + Optional.ofNullable(System.getenv("MKL_CBWR"))
                                .map(v -> " CBWR=" + v)
                                .orElse("");
        return System.getProperty("os.arch") + " " + instructionSet + forced + fromCpuInfo();
    }

    private static String fromCpuInfo() {
        String text;
        try {
            text = Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return ""; // Not Linux: libtorch's own word has to do.
        }
        String vendor = field(text, "vendor_id|CPU implementer").map(v -> " " + v).orElse("");
        TreeSet<String> flags = new TreeSet<>();
        for (String flag : field(text, "flags|Features").orElse("").split(" ")) {
            if (VECTOR_FLAG.matcher(flag).matches()) {
                flags.add(flag);
            }
        }
        return vendor + (flags.isEmpty() ? "" : " " + String.join(",", flags));
    }

    private static Optional<String> field(String text, String names) {
        Matcher matcher =
                Pattern.compile("^(?:" + names + ")\\s*:\\s*(.*)$", Pattern.MULTILINE)
                        .matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).trim()) : Optional.empty();
    }
}
