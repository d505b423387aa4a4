#!/bin/sh
# Runs the migrations as Jobs, before the first new pod starts. They suit the version before as well, so a red one leaves
# everything as it runs. The overlay brings all of the stage but its Deployments: in a new stage the databases come with it.
set -eu
. infra/cloudbuild/steps/cluster.sh

MIGRATION='app.kubernetes.io/component=migration'

# One line for each Job: "<name> <what has become of it>".
jobs() {
  k get jobs --selector "$MIGRATION" --output \
    'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.status=="True")].type}{"\n"}{end}'
}

red() {
  cat "$PIPELINE/jobs"
  k logs --selector "$MIGRATION" --all-containers --prefix --tail=100
  echo "A migration did not end well; nothing was rolled out." >&2
  exit 1
}

connect
overlay migrate "infra/k8s/overlays/$STAGE/migrate"
# A Job can't be changed, only made anew.
k delete jobs --selector "$MIGRATION" --ignore-not-found --wait
k apply --kustomize "$PIPELINE/migrate"
# The Jobs have a deadline of their own (ten minutes); this one is for Jobs that never begin.
left=132
while :; do
  jobs >"$PIPELINE/jobs"
  if grep -q Fail "$PIPELINE/jobs" || [ "$left" -eq 0 ]; then red; fi
  if ! grep -qv Complete "$PIPELINE/jobs"; then exit 0; fi
  left=$((left - 1))
  sleep 5
done
