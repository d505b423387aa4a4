#!/bin/sh
# Builds of one branch run side by side, and one may wait for its approval: an older one must not go out after a newer.
set -eu
. infra/cloudbuild/steps/history.sh

if [ "$OLDER" = yes ]; then
  echo "$COMMIT is rolled out whatever came after it."
  exit 0
fi
newest=$(git ls-remote origin "refs/heads/$BRANCH" | awk '{ print $1 }')
if [ -z "$newest" ] || [ "$newest" = "$COMMIT" ]; then
  echo "Nothing came after $COMMIT on $BRANCH."
  exit 0
fi
fetch_branch "$BRANCH"
if git merge-base --is-ancestor "$COMMIT" "$newest"; then
  echo "$newest came after $COMMIT on $BRANCH: its own build brings both." >&2
  echo "To roll this one out all the same, start its trigger with _OLDER=yes." >&2
  exit 1
fi
echo "$COMMIT is not among what $BRANCH has now: it was asked for by name."
