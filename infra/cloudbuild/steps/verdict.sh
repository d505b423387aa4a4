#!/bin/sh
# Unless the smoke test says green, the roll-out is undone and the build fails; a smoke test that never ended counts as red.
set -eu
. infra/cloudbuild/steps/cluster.sh

if [ "$(cat "$PIPELINE/smoke" 2>/dev/null)" = green ]; then
  echo "$STAGE runs $COMMIT."
  exit 0
fi
connect
undo
echo "The smoke test was red: $STAGE runs what it ran before." >&2
exit 1
