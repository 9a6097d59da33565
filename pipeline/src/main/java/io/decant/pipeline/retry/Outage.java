package io.decant.pipeline.retry;

import io.decant.serde.RegistryException;
import java.io.IOException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Tells failures of the surroundings, which may pass by themselves, from others. <i>Thread-safe:
 * all methods are pure.</i>
 */
public final class Outage {
    private static final int SERVER_ERROR = 500;

    private Outage() {}

    /**
     * Whether the broker has refused somebody's password, certificate or right: trying again does
     * not help until a person has.
     */
    public static boolean isRefusal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof AuthorizationException
                    || cause instanceof AuthenticationException) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether trying again may help: somewhere in the chain of causes the broker, the registry or
     * the network failed.
     */
    public static boolean explains(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RegistryException registry) {
                return registry.status() == 0 || registry.status() >= SERVER_ERROR;
            }
            if (cause instanceof RetriableException || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
