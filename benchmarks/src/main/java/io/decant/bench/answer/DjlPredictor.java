package io.decant.bench.answer;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The same module behind DJL's Predictor, as its documentation has it. <i>Owned by one thread.</i>
 */
final class DjlPredictor implements Answerer {
    private final ZooModel<byte[], float[]> model;
    private final Predictor<byte[], float[]> predictor;
    private final List<byte[]> inputs;

    /**
     * Loads a module.
     *
     * @param archive TorchScript: uint8 [1, size] to fp32 [1, classes]
     */
    DjlPredictor(Path archive, int size, List<byte[]> inputs) {
        this.inputs = inputs;
        try {
            model =
                    Criteria.builder()
                            .setTypes(byte[].class, float[].class)
                            .optModelPath(archive)
                            .optEngine("PyTorch")
                            .optTranslator(new Bytes(size))
                            .build()
                            .loadModel();
        } catch (IOException | ModelNotFoundException | MalformedModelException failure) {
            throw new IllegalStateException("DJL cannot load the module", failure);
        }
        predictor = model.newPredictor();
    }

    private record Bytes(int size) implements NoBatchifyTranslator<byte[], float[]> {
        @Override
        public NDList processInput(TranslatorContext context, byte[] input) {
            Shape shape = new Shape(1, size);
            NDArray array =
                    context.getNDManager().create(ByteBuffer.wrap(input), shape, DataType.UINT8);
            return new NDList(array);
        }

        @Override
        public float[] processOutput(TranslatorContext context, NDList output) {
            return output.singletonOrThrow().toFloatArray();
        }
    }

    @Override
    public void answer(int input, float[] logits) {
        try {
            System.arraycopy(predictor.predict(inputs.get(input)), 0, logits, 0, logits.length);
        } catch (TranslateException failure) {
            throw new IllegalStateException("DJL cannot answer", failure);
        }
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
