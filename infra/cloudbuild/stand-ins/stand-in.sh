#!/bin/sh
# Stands in for docker, gcloud, kubectl, npm and trivy in a local run of the pipeline: notes how it was called, one line of
# "<step><tab><tool> <arguments>", and answers as the real tool would. Linked under each tool's name.
set -eu

tool="$(basename "$0")"
# Nothing here takes time, so nobody waits.
[ "$tool" != sleep ] || exit 0
call="$tool $*"
printf '%s\t%s\n' "$STAND_IN_STEP" "$(printf '%s' "$call" | tr '\n\t' '  ')" >>"$STAND_IN_STATE/calls"

red() {
  echo "stand-in: $call is red" >&2
  exit "${1:-1}"
}

last() {
  for word in "$@"; do :; done
  echo "$word"
}

# The word after --output.
output_of() {
  while [ "$1" != --output ]; do shift; done
  echo "$2"
}

# --real-tests: npm is the real one but for the smoke test, which would need a stage.
if [ "$tool" = npm ] && [ -n "$STAND_IN_REAL_NPM" ]; then
  case "$call" in
    'npm run --silent smoke '*) ;;
    *) exec "$STAND_IN_REAL_NPM" "$@" ;;
  esac
fi

case "$call" in
  'npm run --silent images -- --print-tags --json '*) cat "$STAND_IN_STATE/tags.json" ;;
  'npm test') [ "$STAND_IN_RED" != test ] || red ;;
  'npm run check') [ "$STAND_IN_RED" != check ] || red ;;
  'npm run --silent smoke '*) [ "$STAND_IN_RED" != smoke ] || red ;;
  'docker manifest inspect '*)
    grep -qxF "$(last "$@")" "$STAND_IN_STATE/registry" || {
      echo 'no such manifest' >&2
      exit 1
    }
    ;;
  'docker push '*) last "$@" >>"$STAND_IN_STATE/registry" ;;
  'trivy image '*' --output '*)
    echo '{"version":"2.1.0","runs":[]}' >"$(output_of "$@")"
    [ "$STAND_IN_RED" != scan ] || red 10
    ;;
  'kubectl '*' get deployments '*) cat "$STAND_IN_STATE/deployments" ;;
  'kubectl '*' apply --kustomize '*/rollout)
    # A new image makes a new revision of each Deployment.
    [ -s "$STAND_IN_STATE/deployments" ] || sed 's/ .*/ 0/' "$STAND_IN_STATE/parts" >"$STAND_IN_STATE/deployments"
    awk '{ print $1, $2 + 1 }' "$STAND_IN_STATE/deployments" >"$STAND_IN_STATE/next"
    mv "$STAND_IN_STATE/next" "$STAND_IN_STATE/deployments"
    ;;
  'kubectl '*' get jobs '*)
    # The first look finds them under way.
    if [ ! -e "$STAND_IN_STATE/looked" ]; then
      : >"$STAND_IN_STATE/looked"
      printf 'auth-migrate \norders-migrate Complete\n'
    elif [ "$STAND_IN_RED" = migrate ]; then
      printf 'auth-migrate Failed\norders-migrate Complete\n'
    else
      printf 'auth-migrate Complete\norders-migrate SuccessCriteriaMet Complete\n'
    fi
    ;;
  'kubectl '*' rollout status '*)
    [ "$STAND_IN_RED" != rollout ] || [ -e "$STAND_IN_STATE/undone" ] || red
    ;;
  'kubectl '*' rollout undo '*) : >"$STAND_IN_STATE/undone" ;;
  *) ;;
esac
