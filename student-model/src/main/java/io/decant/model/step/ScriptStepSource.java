package io.decant.model.step;

import static io.decant.model.torch.ScriptText.fill;

import io.decant.model.hint.Hint;
import io.decant.model.spec.DType;
import io.decant.model.spec.ModelSpec;
import io.decant.model.spec.ParameterLayout;
import io.decant.model.spec.ParameterLayout.Parameter;
import io.decant.model.step.StepTensor.Role;
import io.decant.model.torch.MlpSource;
import io.decant.model.torch.ScriptSource;
import io.decant.model.torch.ScriptStudent;
import java.util.ArrayList;
import java.util.List;

/**
 * Generates the module behind a {@link TrainingStep} whose student is somebody's TorchScript: loss
 * and update are those of {@link TrainingStepSource}, the gradient of the logits goes back through
 * the student by autograd, and with hints that of the layers that they are about. The student's
 * tensors are moved into flat vectors, so that one call of the optimiser moves them all.
 * <i>Thread-safe.</i>
 */
final class ScriptStepSource {
    private static final String CLASS = "decant_step.ScriptStep";

    private static final String PREDICT =
            """
                z = torch.t(out)
                stored = torch.copy_(torch.slice(self.logits, 0, 0, rows), out)
            """;

    /** Gradients of tensors that the loss does not reach are 0. */
    private static final String BACKWARD =
            """
                given = annotate(List[Optional[Tensor]], [torch.contiguous(torch.t(d0))GIVEN])
                found = torch.autograd.grad([outOUTPUT], moved, given, None, False, True)
                parts = annotate(List[Tensor], [])
                for i in range(torch.len(found)):
                  one = found[i]
                  if torch.__isnot__(one, None):
                    part = torch.reshape(unchecked_cast(Tensor, one), [-1])
                  else:
                    part = torch.reshape(torch.zeros_like(moved[i]), [-1])
                  added0 = torch.append(parts, part)
                gradient = torch.copy_(self.gradient, torch.cat(parts, 0))
            """;

    private static final String TRAINED =
            """
                self.trained = torch.slice(self.weights, 0, 0, COUNT)
            """;

    private static final String LEARN =
            """
              def learn(self: __torch__.CLASS, call: Tensor) -> Tensor:
                rows = int(torch.select(call, 0, 0))
                seeded = torch.manual_seed(int(torch.select(call, 0, 1)))
            """;

    private ScriptStepSource() {}

    static byte[] archive(
            ModelSpec spec,
            StepSettings settings,
            int capacity,
            ScriptStudent student,
            Placement placement) {
        List<Integer> inputs = new ArrayList<>(spec.input().shape());
        inputs.add(0, capacity);
        List<StepTensor> own = new ArrayList<>(StepTensor.of(spec, capacity, inputs));
        int integers = Math.max(1, student.integers().size());
        own.add(new StepTensor("integers", DType.I64, List.of(integers), Role.STATE));
        own.add(new StepTensor("call", DType.I64, List.of(2), Role.ARGUMENT));
        own.addAll(HintRows.tensors(settings.hints(), capacity));
        List<StepTensor> tensors = placement.tensors(own, capacity);
        String code = code(spec, settings, student, placement, tensors);
        return placement
                .fill(student.archive(CLASS, code), tensors)
                .zeros("trained", DType.F32, List.of(ParameterLayout.of(spec).trainedSize()))
                .scalar("offset", MlpSource.offset(spec.input()))
                .toBytes();
    }

    private static String code(
            ModelSpec spec,
            StepSettings settings,
            ScriptStudent student,
            Placement placement,
            List<StepTensor> tensors) {
        boolean hinted = !settings.hints().isEmpty();
        String forward = ScriptSource.forward(spec.input(), "out");
        String predict = placement.before() + forward + PREDICT + placement.after();
        return student.head(
                        CLASS,
                        placement.shared(tensors),
                        placement.inner(tensors, "trained", "offset"),
                        placement.counters())
                + ScriptSource.bind(
                        CLASS,
                        student,
                        fill(TRAINED, "COUNT", ParameterLayout.of(spec).trainedSize()))
                + TrainingStepSource.setSteps(CLASS)
                + placement.methods(CLASS, tensors)
                + TrainingStepSource.method(CLASS, "predict", predict)
                + TrainingStepSource.method(
                        CLASS, "loss", predict + TrainingStepSource.loss(settings))
                + fill(LEARN, "CLASS", CLASS)
                + (hinted ? ScriptSource.forwardWithHints(spec.input(), "out") : forward)
                + "    z = torch.contiguous(torch.t(torch.detach(out)))\n"
                + TrainingStepSource.logitGradient(settings, "d0")
                + ScriptSource.tensors("moved", student, Parameter::trained)
                + (hinted ? Hint.sum(settings.hints()) : "")
                + fill(
                        BACKWARD,
                        "GIVEN",
                        hinted ? ", torch.ones_like(hinted)" : "",
                        "OUTPUT",
                        hinted ? ", hinted" : "")
                + TrainingStepSource.COUNT
                + TrainingStepSource.update(settings, "trained")
                + TrainingStepSource.average(settings)
                + "    return call\n";
    }
}
