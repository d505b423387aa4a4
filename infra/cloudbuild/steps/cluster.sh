#!/bin/sh
# To be sourced: the stage's cluster, and how a roll-out is undone.

# Our own Deployments: services and pages.
OURS='app.kubernetes.io/component in (service, client)'

# Nothing here uses the current context: every call names context and namespace.
k() {
  kubectl --context "gke_${PROJECT}_${REGION}_${CLUSTER}" --namespace "$NAMESPACE" "$@" </dev/null
}

connect() {
  gcloud container clusters get-credentials "$CLUSTER" --project "$PROJECT" --region "$REGION"
}

# overlay NAME PATH: makes $PIPELINE/NAME, which is the overlay at PATH with this build's images.
overlay() {
  mkdir -p "$PIPELINE/$1"
  {
    echo 'apiVersion: kustomize.config.k8s.io/v1beta1'
    echo 'kind: Kustomization'
    echo 'resources:'
    echo "  - ../../$2"
    echo 'images:'
    while read -r part tag; do
      echo "  - { name: gittix-$part, newName: $REGISTRY/$part, newTag: $tag }"
    done <"$PIPELINE/tags"
  } >"$PIPELINE/$1/kustomization.yaml"
}

# One line for each Deployment: "<name> <revision>".
revisions() {
  k get deployments --selector "$OURS" --output \
    'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}'
}

wait_until_rolled_out() {
  revisions >"$PIPELINE/deployments"
  while read -r name _; do
    k rollout status "deployment/$name" --timeout=300s || return 1
  done <"$PIPELINE/deployments"
}

# Brings each Deployment that has changed since "before" back to the revision it had.
undo() {
  echo "Undoing the roll-out in $NAMESPACE." >&2
  revisions >"$PIPELINE/after"
  undone=yes
  while read -r name revision; do
    if ! grep -qx "$name $revision" "$PIPELINE/after"; then
      k rollout undo "deployment/$name" --to-revision="$revision" || undone=no
    fi
  done <"$PIPELINE/before"
  wait_until_rolled_out || undone=no
  if [ "$undone" = no ]; then
    echo "The roll-out could not be undone: somebody has to look at $NAMESPACE." >&2
  fi
}
