#!/bin/sh
# One line for each image, "<part> <tag>". The tag follows from the content, so that each stage finds the very image of
# the stage before.
set -eu

mkdir -p "$PIPELINE"
npm run --silent images -- --print-tags --json --build-image "$BUILD_IMAGE" --run-image "$RUN_IMAGE" \
  >"$PIPELINE/tags.json"
# What is in quotes is JavaScript.
# shellcheck disable=SC2016
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const [from, to] = process.argv.slice(1);
  const tags = Object.entries(JSON.parse(readFileSync(from, "utf8")));
  for (const [part, tag] of tags) {
    if (!/^[a-z][a-z-]*$/.test(part) || !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)) {
      throw new Error(`${part}: ${tag} is no tag of an image`);
    }
  }
  if (tags.length === 0) throw new Error("no image has a tag");
  writeFileSync(to, tags.map((tag) => `${tag.join(" ")}\n`).join(""));
' "$PIPELINE/tags.json" "$PIPELINE/tags"
cat "$PIPELINE/tags"
