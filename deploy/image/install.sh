#!/usr/bin/env bash
# Lays out a built Decant to be copied: DIR/libraries (jars of others), DIR/decant (the rest). Needs a JDK's jar command.
set -euo pipefail

target=$1
mkdir -p "$target/libraries" "$target/decant/lib" "$target/decant/natives"

IFS=: read -ra jars <<<"$(cat cli/target/classpath)"
for jar in "${jars[@]}" cli/target/cli-*.jar; do
  case $jar in
    */target/*) cp "$jar" "$target/decant/lib/" ;;
    *) cp "$jar" "$target/libraries/" ;;
  esac
done
cp -R decant datasets deploy/image/rehearse.sh deploy/image/ready.sh "$target/decant/"

case $(uname -m) in
  x86_64) rocksdb=linux64 other=amd64 snappy=x86_64 jna=x86-64 ;;
  aarch64) rocksdb=linux-aarch64 other=aarch64 snappy=aarch64 jna=aarch64 ;;
  *) echo "install.sh: Decant's native code is there for x86_64 and aarch64, not for $(uname -m)" >&2; exit 1 ;;
esac

# Where java.library.path points, under the names that System.loadLibrary looks for.
native() {
  local unpacked file
  unpacked=$(mktemp -d)
  (cd "$unpacked" && jar xf "$1")
  file=$(find "$unpacked" -path "$unpacked/$2")
  [ -f "$file" ] || { echo "install.sh: $1 does not hold $2" >&2; exit 1; }
  cp "$file" "$target/decant/natives/$3"
  rm -r "$unpacked"
}
native "$target"/libraries/rocksdbjni-*.jar "librocksdbjni-$rocksdb.so" "librocksdbjni-$rocksdb.so"
native "$target"/libraries/zstd-jni-*.jar "linux/$other/libzstd-jni-*.so" libzstd-jni.so
native "$target"/libraries/lz4-java-*.jar "net/jpountz/util/linux/$other/liblz4-java.so" liblz4-java.so
native "$target"/libraries/snappy-java-*.jar "org/xerial/snappy/native/Linux/$snappy/libsnappyjava.so" libsnappyjava.so
native "$target"/libraries/jna-5*.jar "com/sun/jna/linux-$jna/libjnidispatch.so" libjnidispatch.so

natives=/opt/decant/natives
cat >"$target/decant/java.args" <<ARGS
-Djava.library.path=$natives
-DZstdNativePath=$natives/libzstd-jni.so
-Dorg.xerial.snappy.use.systemlib=true
-Djna.boot.library.path=$natives
-Djna.nounpack=true
-Duser.home=/tmp
ARGS
# Another user reads it than the one who built it.
chmod -R a+rX "$target"
