package io.decant.cli.demo;

/**
 * How a stack's cluster is reached on 127.0.0.1. <i>Immutable.</i>
 *
 * @param broker port; 0 = a free one
 * @param registry port; 0 = a free one
 * @param secure with TLS, a user for each service, and access lists
 */
public record StackPorts(int broker, int registry, boolean secure) {
    /** Free ports, other ones at each start; open to everybody on this machine. */
    public static final StackPorts FREE = new StackPorts(0, 0, false);

    /** The same, secure or not. */
    public StackPorts withSecurity(boolean wanted) {
        return new StackPorts(broker, registry, wanted);
    }
}
