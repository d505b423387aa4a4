#!/bin/sh
# Scans every image that is to run, the unchanged ones too: a hole found since last time stops a promotion.
# Notes the red ones; reports.sh keeps what was found and then stops the build.
set -eu

FOUND=10
export TRIVY_CACHE_DIR="$PIPELINE/trivy"
mkdir -p "$PIPELINE/reports/scan"
: >"$PIPELINE/red"

scan() {
  trivy image --quiet --severity HIGH,CRITICAL --ignorefile infra/cloudbuild/.trivyignore.yaml "$@" </dev/null
}

while read -r part tag; do
  image="$REGISTRY/$part:$tag"
  code=0
  scan --exit-code "$FOUND" --format sarif --output "$PIPELINE/reports/scan/$part.sarif" "$image" || code=$?
  if [ "$code" -eq "$FOUND" ]; then
    scan --format table "$image"
    echo "$part" >>"$PIPELINE/red"
  elif [ "$code" -ne 0 ]; then
    echo "trivy could not scan $image (exit code $code)." >&2
    exit 1
  fi
done <"$PIPELINE/tags"
