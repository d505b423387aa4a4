#!/bin/sh
# Runs the migrations as Jobs, before the first new pod starts. They suit the version before as well, so a red one leaves
# everything as it runs.
set -eu
. infra/cloudbuild/steps/cluster.sh

MIGRATION='app.kubernetes.io/component=migration'

connect
overlay migrate "infra/k8s/overlays/$STAGE/migrate"
overlay rollout "infra/k8s/overlays/$STAGE"
revisions >"$PIPELINE/before"
if [ ! -s "$PIPELINE/before" ]; then
  echo "$NAMESPACE is empty: there is nothing to migrate, and the databases come with the roll-out."
  exit 0
fi
# A Job can't be changed, only made anew.
k delete jobs --selector "$MIGRATION" --ignore-not-found --wait
k apply --kustomize "$PIPELINE/migrate"
if ! k wait jobs --selector "$MIGRATION" --for=condition=complete --timeout=600s; then
  k logs --selector "$MIGRATION" --all-containers --prefix --tail=100
  echo "A migration did not end well; nothing was rolled out." >&2
  exit 1
fi
