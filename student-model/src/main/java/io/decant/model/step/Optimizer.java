package io.decant.model.step;

/** How a gradient changes the weights. <i>Immutable.</i> */
public enum Optimizer {
    /**
     * Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, Algorithm 1, with bias
     * correction.
     */
    ADAM,
    /** Plain gradient descent: weights minus learning rate times gradient. */
    SGD
}
