#!/bin/sh
# Pushes what this build made; the scan has passed.
set -eu

while read -r image; do
  docker push "$image" </dev/null
done <"$PIPELINE/built"
