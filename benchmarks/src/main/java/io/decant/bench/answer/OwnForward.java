package io.decant.bench.answer;

import io.decant.model.forward.MlpForward;
import io.decant.model.forward.Workspace;
import io.decant.model.spec.ModelSpec;
import java.util.List;

/** The forward pass of a gateway. <i>Owned by one thread.</i> */
record OwnForward(
        MlpForward forward, MlpForward.Weights weights, Workspace room, List<byte[]> inputs)
        implements Answerer {
    static OwnForward of(ModelSpec spec, float[] parameters, List<byte[]> inputs) {
        MlpForward forward = new MlpForward(spec);
        return new OwnForward(forward, forward.weights(parameters), new Workspace(), inputs);
    }

    @Override
    public void answer(int input, float[] logits) {
        forward.logits(weights, inputs.get(input), 0, 1, logits, room);
    }

    @Override
    public void close() {}
}
