#!/bin/sh
# One CycloneDX file for each image: what npm puts into it. (The scan lists what the base image brings.)
set -eu

mkdir -p "$PIPELINE/reports/sbom"
while read -r part _; do
  npm sbom --silent --sbom-format=cyclonedx --omit=dev --workspace="@gittix/$part" \
    >"$PIPELINE/reports/sbom/$part.cdx.json" </dev/null
done <"$PIPELINE/tags"
