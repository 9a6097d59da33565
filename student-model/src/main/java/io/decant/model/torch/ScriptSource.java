package io.decant.model.torch;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.spec.DType;
import io.decant.model.spec.InputSpec;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout.Parameter;
import io.decant.model.spec.TorchScript;
import java.util.List;
import java.util.function.Predicate;

/**
 * TorchScript statements of modules that are generated around a student's own module, their
 * attribute {@code net}. <i>Thread-safe.</i>
 */
public final class ScriptSource {
    static final int FLOAT32 = ScriptText.number(DType.F32);
    static final int INT64 = ScriptText.number(DType.I64);

    private static final String ABOUT =
            """
              def about(self: __torch__.CLASS, found: Optional[Tensor], facts: List[int]) -> NoneType:
                if torch.__isnot__(found, None):
                  t = unchecked_cast(Tensor, found)
                  a = torch.append(facts, ops.prim.dtype(t))
                  b = torch.append(facts, int(ops.prim.requires_grad(t)))
                  shape = torch.size(t)
                  c = torch.append(facts, torch.len(shape))
                  for i in range(torch.len(shape)):
                    d = torch.append(facts, shape[i])
                else:
                  e = torch.append(facts, -1)
                return None
            """;

    private static final String MARK =
            """
              def mark(self: __torch__.CLASS, found: Optional[Tensor], number: int) -> NoneType:
                if torch.__isnot__(found, None):
                  t = unchecked_cast(Tensor, found)
                  if torch.gt(torch.numel(t), 0):
                    a = torch.fill_(torch.select(torch.reshape(torch.detach(t), [-1]), 0, 0), number)
                  else:
                    pass
                else:
                  pass
                return None
              def marked(self: __torch__.CLASS, found: Optional[Tensor], facts: List[int]) -> NoneType:
                mark = -1
                if torch.__isnot__(found, None):
                  t = unchecked_cast(Tensor, found)
                  if torch.gt(torch.numel(t), 0):
                    mark0 = int(torch.select(torch.reshape(t, [-1]), 0, 0))
                  else:
                    mark0 = -1
                  mark1 = mark0
                else:
                  mark1 = mark
                a = torch.append(facts, mark1)
                return None
            """;

    private static final String MOVE =
            """
                tN = unchecked_cast(Tensor, PATH)
                cN = torch.copy_(torch.slice(self.HOME, 0, FROM, TO), torch.reshape(torch.detach(tN), [-1]))
                sN = torch.set_(tN, self.HOME, FROM, SHAPE, STRIDES)
            """;

    private ScriptSource() {}

    /** Whether the executor may rewrite a student's code. */
    public static boolean isOptimised(ModelSpec spec) {
        return spec.architecture() instanceof TorchScript script
                && script.executor() == TorchScript.Executor.OPTIMISED;
    }

    /**
     * Methods {@code describe} and {@code aliases}: lists of numbers about the declared tensors.
     */
    static String inspection(String className, ScriptFile file) {
        StringBuilder code = new StringBuilder(fill(ABOUT + MARK, "CLASS", className));
        code.append(listing(className, "describe"));
        file.slots().forEach(slot -> code.append(call("about", slot.path(), "facts")));
        code.append("    return facts\n").append(listing(className, "aliases"));
        int number = 0;
        for (ScriptFile.Slot slot : file.slots()) {
            code.append(call("mark", slot.path(), Integer.toString(number++)));
        }
        file.slots().forEach(slot -> code.append(call("marked", slot.path(), "facts")));
        return code.append("    return facts\n").toString();
    }

    private static String listing(String className, String method) {
        return "  def "
                + method
                + "(self: __torch__."
                + className
                + ") -> List[int]:\n    net = self.net\n    facts = annotate(List[int], [])\n";
    }

    private static String call(String method, String path, String argument) {
        return "    called = (self)." + method + "(" + path + ", " + argument + ", )\n";
    }

    /**
     * Method {@code bind}: moves the module's tensors into flat vectors, which it sees from then
     * on; their first content is the file's.
     *
     * @param more statements at the end
     */
    public static String bind(String className, ScriptStudent student, String more) {
        StringBuilder code =
                new StringBuilder(
                        "  def bind(self: __torch__.%s, ignored: int) -> NoneType:\n    net = self.net\n"
                                .formatted(className));
        int number = 0;
        for (Parameter parameter : student.floats().parameters()) {
            code.append(move(number++, student.path(parameter.name()), "weights", parameter));
        }
        for (Parameter parameter : student.integers().parameters()) {
            code.append(move(number++, student.path(parameter.name()), "integers", parameter));
        }
        return code.append(more).append("    return None\n").toString();
    }

    private static String move(int number, String path, String home, Parameter parameter) {
        return fill(
                MOVE,
                "tN",
                "t" + number,
                "cN",
                "c" + number,
                "sN",
                "s" + number,
                "PATH",
                path,
                "HOME",
                home,
                "FROM",
                parameter.offset(),
                "TO",
                parameter.offset() + parameter.size(),
                "SHAPE",
                list(parameter.shape()),
                "STRIDES",
                list(ScriptText.strides(parameter.shape())));
    }

    private static String list(List<Integer> numbers) {
        return numbers.isEmpty() ? "annotate(List[int], [])" : numbers.toString();
    }

    /** A list {@code name} of the module's tensors that pass the test. */
    public static String tensors(String name, ScriptStudent student, Predicate<Parameter> test) {
        StringBuilder code = new StringBuilder("    " + name + " = annotate(List[Tensor], [])\n");
        student.floats().parameters().stream()
                .filter(test)
                .forEach(
                        parameter ->
                                code.append(
                                        "    added = torch.append(%s, unchecked_cast(Tensor, %s))\n"
                                                .formatted(name, student.path(parameter.name()))));
        return code.toString();
    }

    /** {@code target = net(standardised self.inputs[0:rows])} as fp32: [rows, classes]. */
    public static String forward(InputSpec input, String target) {
        return forward(input, "0", "rows", target);
    }

    /** As above, of {@code self.inputs[start:end]}. */
    static String forward(InputSpec input, String start, String end, String target) {
        return standardised(input, start, end)
                + "    %s = torch.to((net).forward(h, ), %d)\n".formatted(target, FLOAT32);
    }

    /**
     * As {@link #forward(InputSpec, String)}, and {@code layers}: what the student says of them.
     */
    public static String forwardWithHints(InputSpec input, String target) {
        return standardised(input, "0", "rows")
                + """
                    answer, layers, = (net).FORWARD_WITH_HINTS(h, )
                    TARGET = torch.to(answer, FLOAT)
                """
                        .replace("FORWARD_WITH_HINTS", TorchForward.WITH_HINTS)
                        .replace("TARGET", target)
                        .replace("FLOAT", Integer.toString(FLOAT32));
    }

    private static String standardised(InputSpec input, String start, String end) {
        return "    net = self.net\n    x = torch.slice(self.inputs, 0, %s, %s)\n"
                        .formatted(start, end)
                + MlpSource.standardise(input, "h", "x", "self.offset");
    }
}
