package io.decant.cli.demo;

/**
 * Ports of 127.0.0.1 for what a stack is reached at. <i>Immutable.</i>
 *
 * @param broker 0 = a free one
 * @param registry 0 = a free one
 */
public record StackPorts(int broker, int registry) {
    /** Free ports, other ones at each start. */
    public static final StackPorts FREE = new StackPorts(0, 0);
}
