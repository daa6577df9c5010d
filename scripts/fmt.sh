#!/usr/bin/env bash
# Formats the code and mends what the linter can mend by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/environment.sh test
.venv/bin/ruff check --fix-only --quiet .
.venv/bin/ruff format --quiet .
