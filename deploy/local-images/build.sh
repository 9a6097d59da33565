#!/usr/bin/env bash
# Makes the images of docker-compose.yml from this machine's own files, where no registry of images can be reached:
# its JDK 17, Maven with its local repository, Bash and a few tools, and Prometheus where it is installed. Grafana is left out.
#   deploy/local-images/build.sh            then: source deploy/local-images/images.env
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(cd "$here/../.." && pwd)
# shellcheck source=images.env
source "$here/images.env"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "local images: $*" >&2; }
fail() { say "$*"; exit 1; }

java_home=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}
case $("$java_home/bin/java" -version 2>&1) in *'version "17.'*) ;; *) fail "$java_home is no JDK 17; point JAVA_HOME at one" ;; esac

# Paths of the libraries that a program or a library needs.
needs() { { ldd "$1" 2>/dev/null || true; } | sed -nE 's#^[^/]*(/[^ ]+) .*#\1#p'; }

# Files at the paths where they are here, with the libraries that they need.
add() {
  local root=$1 file library
  shift
  for file in "$@"; do
    for library in "$file" $(needs "$file"); do
      mkdir -p "$root$(dirname "$library")"
      [ -e "$root$library" ] || cp -L "$library" "$root$library"
    done
  done
}

# A root file system with a shell; libraries that are loaded by name (names of hosts, libtorch's C++) are added by hand.
new_root() {
  local root=$1 tool
  mkdir -p "$root"/{etc,tmp,proc,sys,dev,root,usr/bin,usr/sbin,usr/lib,usr/lib64}
  ln -s usr/bin "$root/bin"; ln -s usr/sbin "$root/sbin"; ln -s usr/lib "$root/lib"; ln -s usr/lib64 "$root/lib64"
  chmod 1777 "$root/tmp"
  echo 'root:x:0:0:root:/root:/bin/bash' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  for tool in awk basename bash cat chmod chown cp cut date df dirname env find grep head hostname id install ln ls mkdir mktemp mv \
    readlink rm sed sh sleep sort tail touch tr uname; do
    add "$root" "/usr/bin/$tool"
  done
  for library in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2 libstdc++.so.6 libgcc_s.so.1 libm.so.6 libdl.so.2 librt.so.1 libpthread.so.0; do
    add "$root" "$(ldconfig -p | awk -v name="$library" '$1 == name { print $NF; exit }')"
  done
}

# The libraries outside a Java that its own need.
add_libraries_of_java() {
  local root=$1 library
  for library in "$root"/opt/java/bin/java "$root"/opt/java/lib/*.so "$root"/opt/java/lib/server/libjvm.so; do
    # shellcheck disable=SC2046 # Paths of libraries hold no spaces.
    add "$root" $(needs "$library" | grep -v "^$root" || true)
  done
}

import() {
  local root=$1 name=$2
  shift 2
  tar -C "$root" -c . | docker import -c 'ENV PATH=/opt/java/bin:/opt/maven/bin:/usr/bin:/bin' -c 'ENV LANG=C.UTF-8' "$@" - "$name" >/dev/null
  say "$name is made"
}

say "a Java to run with: all modules of $java_home"
root=$work/java
new_root "$root"
mkdir -p "$root/opt"
"$java_home/bin/jlink" --add-modules ALL-MODULE-PATH --strip-java-debug-attributes --no-man-pages --no-header-files --generate-cds-archive --output "$root/opt/java" 2>"$work/jlink.log" ||
  fail "jlink says: $(cat "$work/jlink.log")"
add_libraries_of_java "$root"
import "$root" "$RUN_IMAGE"

say "a Maven to build with, and the libraries of $HOME/.m2"
mkdir -p "$root/root/.m2"
cp -RL "$(dirname "$(dirname "$(readlink -f "$(command -v mvn)")")")" "$root/opt/maven"
cp -R "$HOME/.m2/repository" "$root/root/.m2/"
import "$root" "$BUILD_IMAGE"
rm -rf "$root"

# Newer engines say at each call that their own way of building is better.
build() { docker build -q "$@" 2>"$work/build.log" >/dev/null || fail "$(tail -n 30 "$work/build.log")"; }

say "Decant"
build -t "$DECANT_IMAGE" --build-arg BUILD_IMAGE --build-arg RUN_IMAGE --build-arg MAVEN_FLAGS "$home"

say "Kafka's broker, from the jars that Decant holds"
build -t "$KAFKA_IMAGE" --build-arg DECANT_IMAGE -f "$here/kafka.Dockerfile" "$here"

if command -v prometheus >/dev/null; then
  root=$work/prometheus
  new_root "$root"
  mkdir -p "$root/prometheus"
  chown 65534:65534 "$root/prometheus"
  add "$root" "$(command -v prometheus)"
  import "$root" "$PROMETHEUS_IMAGE" -c 'USER 65534' -c 'WORKDIR /prometheus' -c "ENTRYPOINT [\"$(command -v prometheus)\"]"
else
  say "no Prometheus is installed here, so it has no image"
fi
