#!/usr/bin/env bash
# Pins and hashes requirements/*.in into requirements/*.txt, for Python 3.11 on Linux.
# Pass --upgrade to take newer versions; without it only what changed in the .in files moves.
set -euo pipefail
cd "$(dirname "$0")/.."

cd requirements
for name in run test audit; do
    CUSTOM_COMPILE_COMMAND="scripts/pin.sh" ../.venv/bin/pip-compile "$@" --quiet \
        --generate-hashes --strip-extras --allow-unsafe \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --output-file "$name.txt" "$name.in"
done
