#!/usr/bin/env bash
# Format, lint, types, import contracts and translations. All of them run; the last line says which failed.
set -uo pipefail
cd "$(dirname "$0")/.."

scripts/environment.sh test || exit 1
bin=.venv/bin
failed=()

check() { # name command…
    local name="$1" output
    shift
    if output="$("$@" 2>&1)"; then
        echo "  $name: well"
    else
        echo "$output"
        failed+=("$name")
    fi
}

check format $bin/ruff format --check --quiet .
check lint $bin/ruff check --quiet --output-format concise .
check types $bin/mypy
check contracts $bin/lint-imports --no-logo --no-cache # its cache misses new modules
check translations $bin/python scripts/translations.py check

if ((${#failed[@]})); then
    printf -v names '%s, ' "${failed[@]}"
    echo "check failed: ${names%, }"
    exit 1
fi
