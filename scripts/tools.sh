#!/usr/bin/env bash
# Makes .cache/audit, the environment of the scanners, from requirements/audit.txt. Does nothing while
# that is the same as last time. Some of them come as sources, so pip builds them here.
set -euo pipefail
cd "$(dirname "$0")/.."

home=.cache/audit
hash="$(sha256sum <requirements/audit.txt)"
[[ "$(cat "$home/installed" 2>/dev/null)" == "$hash" ]] && exit 0

echo "Installing requirements/audit.txt into $home (a minute or two)"
python3.11 -m venv --clear "$home"
"$home/bin/pip" install -qq --disable-pip-version-check --require-hashes --no-deps \
    --requirement requirements/audit.txt 2>"$home/installing.log" ||
    { tail -n 20 "$home/installing.log" && exit 1; }
echo "$hash" >"$home/installed"
