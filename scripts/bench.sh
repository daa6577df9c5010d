#!/usr/bin/env bash
# Measures each operation beside its bare limit, and writes bench/results.json.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/system_packages.sh run
scripts/environment.sh test
scripts/assets.sh
.venv/bin/python scripts/translations.py compile
exec .venv/bin/python -m bench "$@"
