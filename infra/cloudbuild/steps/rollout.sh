#!/bin/sh
# Rolls out, and undoes it when a Deployment does not become ready.
set -eu
. infra/cloudbuild/steps/cluster.sh

connect
overlay rollout "infra/k8s/overlays/$STAGE"
revisions >"$PIPELINE/before"
if ! k apply --kustomize "$PIPELINE/rollout" || ! wait_until_rolled_out; then
  undo
  exit 1
fi
