#!/bin/sh
# Ends the build when the scan noted a red image.
set -eu

if [ -s "$PIPELINE/red" ]; then
  echo "HIGH or CRITICAL in: $(tr '\n' ' ' <"$PIPELINE/red")" >&2
  echo "Mend it, or note in infra/cloudbuild/.trivyignore.yaml why it can wait and until when." >&2
  exit 1
fi
