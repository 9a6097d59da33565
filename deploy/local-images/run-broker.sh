#!/usr/bin/env bash
# Starts a broker from its environment. A setting's name is KAFKA_ and its own in capitals: '.' is written _, '_' is __, '-' is ___.
set -euo pipefail

logs=${KAFKA_LOG_DIRS:-/var/lib/kafka/data}
properties=/tmp/server.properties
compgen -e | { grep '^KAFKA_' || true; } | while read -r variable; do
  case $variable in KAFKA_HEAP_OPTS | KAFKA_OPTS | KAFKA_LOG_DIRS) continue ;; esac
  name=${variable#KAFKA_}
  name=${name//___/-}
  name=${name//__/:}
  name=${name//_/.}
  name=${name//:/_}
  echo "${name,,}=${!variable}"
done >"$properties"
echo "log.dirs=$logs" >>"$properties"

# shellcheck disable=SC2206 # Each of the two may hold several flags.
java=(java ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UseSerialGC ${KAFKA_OPTS:-} @/opt/decant/java.args
  -Dlogback.configurationFile=/etc/kafka/docker/log.xml -cp '/opt/decant/lib/*')
if [ ! -f "$logs/meta.properties" ]; then
  "${java[@]}" kafka.tools.StorageTool format --ignore-formatted -t "${CLUSTER_ID:-4L6g3nShT-eMCtK--X86sw}" -c "$properties"
fi
exec "${java[@]}" kafka.Kafka "$properties"
