#!/usr/bin/env bash
# Breaks the portal on purpose, on SQLite and on PostgreSQL, and proves that nothing was lost.
# Loopback only; words after it go to pytest: scripts/faults.sh -k "mail_server and sqlite"
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/system_packages.sh test
scripts/environment.sh test
scripts/assets.sh
.venv/bin/python scripts/translations.py compile
# In the order they are written: each fault happens to the portal that the last one left.
exec .venv/bin/python -m pytest --quiet -p no:randomly -m faults tests/faults "$@"
