#!/usr/bin/env bash
# The last step of an image: what a first start would do, done once.
set -euo pipefail

home=/opt/decant
mkdir -p /data "$DJL_CACHE_DIR"
chown 10001:10001 /data

run() { java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "@$home/java.args" -cp "$home/lib/*" "$@"; }

run io.decant.cli.NativesRehearsal
# Whatever would be unpacked now fails: there is no folder to write to.
run -Djava.io.tmpdir=/nowhere io.decant.cli.NativesRehearsal
# Classes of a gateway as one mapped file, made by the Java that will map it. It saves time, nothing else.
run -XX:ArchiveClassesAtExit="$home/gateway.jsa" io.decant.cli.GatewayRehearsal || true
