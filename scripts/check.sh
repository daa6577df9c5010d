#!/usr/bin/env bash
# Format, lint, types, import contracts and translations. All of them run; the last line says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."

scripts/environment.sh test || exit 1
. scripts/verdicts.sh
bin=.venv/bin

check format $bin/ruff format --check --quiet .
check lint $bin/ruff check --quiet --output-format concise .
check types $bin/mypy
check contracts $bin/lint-imports --no-logo --no-cache # its cache misses new modules
check translations $bin/python scripts/translations.py check

end_if_failed check
