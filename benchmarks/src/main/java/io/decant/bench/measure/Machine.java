package io.decant.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Says where figures come from: without it they mean nothing. <i>Thread-safe.</i> */
public final class Machine {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Machine() {}

    /** One line: processor, cores, memory of the JVM, Java, and how busy the machine is now. */
    public static String describe() {
        return String.format(
                Locale.ROOT,
                "%s, %d cores, load average %.1f at the start, %s %s, heap of %d MB, %s %s",
                processor(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                System.getProperty("java.vm.name"),
                System.getProperty("java.version"),
                Runtime.getRuntime().maxMemory() >> 20,
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    }

    private static String processor() {
        try {
            return Files.readAllLines(CPU_INFO, StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unnamed processor");
        } catch (IOException e) {
            return "unnamed processor"; // Not Linux.
        }
    }
}
