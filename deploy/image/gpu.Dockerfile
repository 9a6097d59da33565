# Decant with the natives of a GPU: docs/gpu.md says which. It has not been run. Build Decant's own image first, then:
#   docker build -t decant:0.1.0-gpu -f deploy/image/gpu.Dockerfile deploy/image
# and start it with --gpus all. Libtorch must be 2.7.1 and no other version.
ARG DECANT_IMAGE=decant:0.1.0
ARG RUN_IMAGE=eclipse-temurin:17-jre
ARG LIBTORCH_IMAGE=pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime

FROM ${DECANT_IMAGE} AS decant
FROM ${RUN_IMAGE} AS java

FROM ${LIBTORCH_IMAGE}
COPY --from=java /opt/java /opt/java
COPY --from=decant /opt/decant /opt/decant
ARG TORCH_LIBRARIES=/opt/conda/lib/python3.11/site-packages/torch/lib
ENV PATH=/opt/java/openjdk/bin:/opt/java/bin:$PATH \
    DJL_CACHE_DIR=/opt/decant/natives/djl-gpu \
    PYTORCH_LIBRARY_PATH=${TORCH_LIBRARIES} PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128 \
    DECANT_LOG_LEVEL=INFO
# A GPU is not there while an image is built, and libtorch starts without one.
RUN ["/bin/bash", "/opt/decant/rehearse.sh"]
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["/opt/decant/decant"]
CMD ["--help"]
