package io.decant.pipeline.topics;

/**
 * A topic was deleted and made again under a running service: its offsets mean other records now,
 * so trying again cannot help. The message names the topic, both ids and what to do.
 * <i>Immutable.</i>
 */
public final class TopicRecreatedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TopicRecreatedException(String topic, String before, String now) {
        super(
                "topic "
                        + topic
                        + " was deleted and made again while this service used it: its id was "
                        + before
                        + ", it is now "
                        + now
                        + "; what is known about its offsets means other records. Nothing was taken from the new topic; start the service again when that is meant");
    }
}
