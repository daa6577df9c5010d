#!/usr/bin/env bash
# Scans the served demo as each role, and its API: roles may be named, `scan.sh staff`.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/system_packages.sh run
scripts/environment.sh test
scripts/tools.sh
scripts/assets.sh
.venv/bin/python scripts/translations.py compile
exec .venv/bin/python -m scripts.scan "$@"
