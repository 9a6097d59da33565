#!/usr/bin/env bash
# ready.sh PORT [PATH]: succeeds when the service in this container answers 200 there. For health checks; images hold no curl.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "${2:-/readyz}" >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
