#!/bin/sh
# To be sourced: the history that Cloud Build leaves out.

# fetch_branch NAME: origin/NAME is what the branch has now, and the commit at hand has its whole history.
fetch_branch() {
  # Cloud Build fetches the one commit without its history.
  if [ "$(git rev-parse --is-shallow-repository)" = true ]; then
    git fetch --quiet --unshallow origin
  fi
  git fetch --quiet origin "+refs/heads/$1:refs/remotes/origin/$1"
}
