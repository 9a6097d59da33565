package io.decant.model.torch;

import io.decant.model.spec.InvalidModelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heads of the classes in a TorchScript archive: which attributes are parameters, which are
 * buffers, which are parts. Only heads are read, one line an attribute; the code below them is
 * libtorch's business. <i>Immutable once built.</i>
 */
final class ScriptClasses {
    private static final Pattern CLASS = Pattern.compile("class (\\w+)\\(Module\\):");
    private static final Pattern LIST = Pattern.compile(" {2}__(parameters|buffers)__ = \\[(.*)]");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern ATTRIBUTE =
            Pattern.compile(" {2}(?:(\\w+) : |__annotations__\\[\"([^\"]+)\"] = )(\\S+)");
    private static final Set<String> TENSORS = Set.of("Tensor", "Optional[Tensor]");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_]\\w*");

    /** Parts inside parts: far more than any real network has. */
    private static final int MAX_DEPTH = 64;

    private final Path file;
    private final Map<String, Head> heads = new HashMap<>();

    private static final class Head {
        private final Set<String> parameters = new TreeSet<>();
        private final Set<String> buffers = new TreeSet<>();
        private final Map<String, String> types = new LinkedHashMap<>();
    }

    ScriptClasses(Path file, Map<String, byte[]> entries) {
        this.file = file;
        entries.forEach(
                (name, content) -> {
                    if (name.startsWith("code/") && name.endsWith(".py")) {
                        String namespace =
                                name.substring("code/".length(), name.length() - ".py".length())
                                        .replace('/', '.');
                        read(namespace, new String(content, StandardCharsets.UTF_8));
                    }
                });
    }

    private void read(String namespace, String code) {
        Head head = null;
        for (String line : (Iterable<String>) code.lines()::iterator) {
            Matcher start = CLASS.matcher(line);
            if (start.matches()) {
                head = new Head();
                heads.put(namespace + "." + start.group(1), head);
            } else if (line.startsWith("  def ") || !line.startsWith("  ")) {
                head = null;
            } else if (head != null) {
                readAttribute(head, line);
            }
        }
    }

    private static void readAttribute(Head head, String line) {
        Matcher list = LIST.matcher(line);
        if (list.matches()) {
            Set<String> names = list.group(1).equals("parameters") ? head.parameters : head.buffers;
            QUOTED.matcher(list.group(2)).results().forEach(name -> names.add(name.group(1)));
            return;
        }
        Matcher attribute = ATTRIBUTE.matcher(line);
        if (attribute.matches()) {
            String name = attribute.group(1) == null ? attribute.group(2) : attribute.group(1);
            head.types.put(name, attribute.group(3));
        }
    }

    /** Every parameter and buffer that a module of this type has. */
    List<ScriptFile.Slot> slots(String type) {
        List<ScriptFile.Slot> slots = new ArrayList<>();
        collect(type, "", "net", 0, slots);
        return slots;
    }

    private void collect(
            String type, String prefix, String path, int depth, List<ScriptFile.Slot> slots) {
        Head head = heads.get(type);
        if (head == null) {
            return;
        }
        if (depth > MAX_DEPTH) {
            throw new InvalidModelException(
                    file + ": modules stand inside each other more than " + MAX_DEPTH + " deep");
        }
        head.types.forEach(
                (name, attributeType) -> {
                    boolean parameter = head.parameters.contains(name);
                    if (TENSORS.contains(attributeType)
                            && (parameter || head.buffers.contains(name))) {
                        slots.add(new ScriptFile.Slot(prefix + name, step(path, name), parameter));
                    }
                });
        head.types.forEach(
                (name, attributeType) ->
                        collect(
                                attributeType,
                                prefix + name + ".",
                                step(path, name),
                                depth + 1,
                                slots));
    }

    private static String step(String path, String name) {
        return IDENTIFIER.matcher(name).matches()
                ? path + "." + name
                : "getattr(" + path + ", \"" + name + "\")";
    }
}
