#!/bin/sh
# Builds the images that the registry does not have. A promoted commit must find all of them there: what runs in the next
# stage is the very image of the one before.
set -eu

dockerfile() {
  if [ -f "$1/Dockerfile" ]; then echo "$1/Dockerfile"; else echo "infra/$1/Dockerfile"; fi
}

: >"$PIPELINE/built"
while read -r part tag; do
  image="$REGISTRY/$part:$tag"
  if docker manifest inspect "$image" >/dev/null 2>"$PIPELINE/inspect" </dev/null; then
    echo "$part: $tag is in the registry already"
    continue
  fi
  if [ -n "$PROMOTED_FROM" ]; then
    cat "$PIPELINE/inspect" >&2
    echo "$image is not in the registry: $PROMOTED_FROM never brought it through tests and scan." >&2
    exit 1
  fi
  docker build --file "$(dockerfile "$part")" --tag "$image" \
    --build-arg "BUILD_IMAGE=$BUILD_IMAGE" --build-arg "RUN_IMAGE=$RUN_IMAGE" . </dev/null
  echo "$image" >>"$PIPELINE/built"
done <"$PIPELINE/tags"
