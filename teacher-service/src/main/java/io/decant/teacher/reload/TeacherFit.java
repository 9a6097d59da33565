package io.decant.teacher.reload;

import io.decant.model.spec.DType;
import io.decant.model.teacher.Teacher;
import io.decant.model.teacher.TeacherModel;
import java.util.List;
import java.util.Optional;

/**
 * What two teachers must have in common so that one can take over from the other in the middle of a
 * stream. How a teacher standardises its input is its own affair. <i>Immutable.</i>
 *
 * @param dtype element type of a sample's features
 * @param shape of a sample's features, without the batch dimension
 * @param classes number of logits
 * @param layers that come with an answer
 */
public record TeacherFit(
        DType dtype, List<Integer> shape, int classes, List<TeacherModel.Layer> layers) {
    public TeacherFit {
        shape = List.copyOf(shape);
        layers = List.copyOf(layers);
    }

    public static TeacherFit of(Teacher teacher) {
        return new TeacherFit(
                teacher.inputSpec().dtype(),
                teacher.inputSpec().shape(),
                teacher.classCount(),
                teacher.layers());
    }

    List<String> layerNames() {
        return layers.stream().map(TeacherModel.Layer::name).toList();
    }

    /** Why a candidate cannot take over from this teacher; empty when it can. */
    public Optional<String> problem(TeacherFit candidate) {
        if (candidate.dtype != dtype || !candidate.shape.equals(shape)) {
            return Optional.of(
                    "it takes "
                            + candidate.input()
                            + "; expected "
                            + input()
                            + ", as the samples have");
        }
        if (candidate.classes != classes) {
            return Optional.of(
                    "it has "
                            + candidate.classes
                            + " classes; expected "
                            + classes
                            + ", as the teacher that runs");
        }
        if (!candidate.layers.equals(layers)) {
            return Optional.of(
                    "it gives the layers "
                            + candidate.layers
                            + "; expected "
                            + layers
                            + ", as the teacher that runs");
        }
        return Optional.empty();
    }

    private String input() {
        return dtype.text() + " of shape " + shape;
    }
}
