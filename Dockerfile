# One image for every command of Decant: docker build -t decant:0.1.0 .
# Other bases, such as images made locally (deploy/local-images), are named with --build-arg.
ARG BUILD_IMAGE=maven:3.9-eclipse-temurin-17
ARG RUN_IMAGE=eclipse-temurin:17-jre

FROM ${BUILD_IMAGE} AS build
# For example -o, where the base holds the libraries already.
ARG MAVEN_FLAGS=""
WORKDIR /source
COPY . .
RUN mvn -B -q -ntp ${MAVEN_FLAGS} -pl cli -am -DskipTests -Dspotless.check.skip=true -P '!error-prone' package
RUN deploy/image/install.sh /install

FROM ${RUN_IMAGE}
# Libraries change seldom: a layer of their own.
COPY --from=build /install/libraries /opt/decant/lib
COPY --from=build /install/decant /opt/decant
ENV DJL_CACHE_DIR=/opt/decant/natives/djl DECANT_LOG_LEVEL=INFO
RUN ["/bin/bash", "/opt/decant/rehearse.sh"]
USER 10001:10001
# Fails if a start had anything left to unpack: its user may not write there, and there is no other place.
RUN ["java", "-Djava.io.tmpdir=/nowhere", "@/opt/decant/java.args", "-cp", "/opt/decant/lib/*", "io.decant.cli.NativesRehearsal"]
WORKDIR /data
ENTRYPOINT ["/opt/decant/decant"]
CMD ["--help"]
