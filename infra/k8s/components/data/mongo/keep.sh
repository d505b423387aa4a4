#!/usr/bin/env bash
# One round after the other; mongosh reads the passwords from its environment, never from its arguments.
set -u
trap 'exit 0' TERM
while true; do
  touch /tmp/started
  if timeout 120 mongosh --quiet --nodb --file /keeper/keep.js; then
    touch /tmp/kept
    pause=60
  else
    rm -f /tmp/kept
    pause=5
  fi
  sleep "$pause" &
  wait $!
done
