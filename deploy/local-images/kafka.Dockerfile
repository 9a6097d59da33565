# A broker that takes the settings which apache/kafka takes (KAFKA_*, CLUSTER_ID), for tests where that image cannot be had.
ARG DECANT_IMAGE
FROM ${DECANT_IMAGE}
USER 0
COPY run-broker.sh /etc/kafka/docker/run
COPY broker-log.xml /etc/kafka/docker/log.xml
RUN ["/bin/bash", "-c", "mkdir -p /var/lib/kafka/data && chown 10001:10001 /var/lib/kafka/data"]
USER 10001:10001
EXPOSE 9092
ENTRYPOINT []
CMD ["/etc/kafka/docker/run"]
