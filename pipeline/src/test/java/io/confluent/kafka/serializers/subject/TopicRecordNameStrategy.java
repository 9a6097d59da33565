package io.confluent.kafka.serializers.subject;

/** Stands for Confluent's class of this name: configuration names it, so it must be there. */
public final class TopicRecordNameStrategy {}
