package io.decant.model.hint;

import java.util.List;

/** Sizes of layers. <i>Thread-safe: all methods are pure.</i> */
final class Shapes {
    private Shapes() {}

    /** Numbers in a layer of this shape. */
    static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }
}
