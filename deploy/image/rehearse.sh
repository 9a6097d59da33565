#!/usr/bin/env bash
# The last step of an image: what a first start would do, done once, as root.
set -euo pipefail

home=/opt/decant
# Volumes take their owner from the folder that they are put over.
for folder in /data /keys /models; do install -d -o 10001 -g 10001 "$folder"; done

run() { java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "@$home/java.args" -cp "$home/lib/*" "$@"; }

mkdir -p "$DJL_CACHE_DIR"
run io.decant.cli.NativesRehearsal
chmod -R a+rX "$DJL_CACHE_DIR"
# Classes of a gateway as one mapped file, made by the Java that will map it. It saves time, nothing else.
run -XX:ArchiveClassesAtExit="$home/gateway.jsa" io.decant.cli.GatewayRehearsal || true
