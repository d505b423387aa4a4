#!/bin/sh
# Staging takes only commits of dev, main only those of staging; dev takes every commit.
set -eu
. infra/cloudbuild/steps/history.sh

if [ -z "$PROMOTED_FROM" ]; then
  echo "$BRANCH takes every commit."
  exit 0
fi
fetch_branch "$PROMOTED_FROM"
if ! git merge-base --is-ancestor "$COMMIT" "refs/remotes/origin/$PROMOTED_FROM"; then
  echo "$COMMIT is not in $PROMOTED_FROM: $BRANCH takes only what went through $PROMOTED_FROM." >&2
  exit 1
fi
echo "$COMMIT went through $PROMOTED_FROM."
