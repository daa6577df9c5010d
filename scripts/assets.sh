#!/usr/bin/env bash
# Builds styles, scripts and icons into portal/static/build, when something they are made of changed.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=portal/static/build/.made-of
packages="$(cat assets/package-lock.json assets/.npmrc | sha256sum)"
# The styles keep only what templates and code name, so both are sources of the build.
sources="$(find assets templates portal -name node_modules -prune -o -path portal/static -prune -o \
    -type f \( -path 'assets/*' -o -name '*.html' -o -name '*.py' \) -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)"

if [[ "$(cat assets/node_modules/.installed 2>/dev/null)" != "$packages" ]]; then
    command -v npm >/dev/null || { echo "Node.js with npm is missing (node, npm)" && exit 1; }
    echo "Installing the front-end packages"
    npm ci --prefix assets --no-audit --no-fund --loglevel=error
    echo "$packages" >assets/node_modules/.installed
fi
[[ "$(cat "$stamp" 2>/dev/null)" == "$packages$sources" ]] && exit 0

node assets/build.mjs
echo "$packages$sources" >"$stamp"
