#!/usr/bin/env bash
# Makes .venv from the pinned and hashed requirements: `environment.sh run` or `… test`.
# Does nothing while they are the same as last time.
set -euo pipefail
cd "$(dirname "$0")/.."

for_what="${1:?run or test}"
requirements="requirements/$for_what.txt"
hash="$(sha256sum <"$requirements")"

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
    command -v python3.11 >/dev/null || { echo "Python 3.11 is missing (python3.11)" && exit 1; }
    python3.11 -m venv --clear .venv
fi
[[ "$(cat ".venv/installed-$for_what" 2>/dev/null)" == "$hash" ]] && exit 0

echo "Installing $requirements into .venv"
.venv/bin/pip install -qq --disable-pip-version-check --require-hashes --no-deps \
    --only-binary :all: --requirement "$requirements"
echo "$hash" >".venv/installed-$for_what"
if [[ $for_what == test ]]; then # which holds all that running needs
    sha256sum <requirements/run.txt >.venv/installed-run
fi
