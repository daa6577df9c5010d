#!/usr/bin/env bash
# All checks and tests, as CI runs them. What fails does not stop what comes after it;
# the last line says how it went.
set -uo pipefail
cd "$(dirname "$0")/.."

pytest=".venv/bin/python -m pytest --quiet"
began=$SECONDS
failed=()
times=()

phase() { # name command…
    local name="$1" start=$SECONDS
    shift
    echo
    echo "== $name"
    "$@" || failed+=("$name")
    times+=("$(printf '%-28s %4d s' "$name" $((SECONDS - start)))")
}

needed() { # name command…
    phase "$@"
    ((${#failed[@]})) && finish
}

finish() {
    echo
    printf '%s\n' "${times[@]}"
    printf '%-28s %4d s\n' "in all" $((SECONDS - began))
    if ((${#failed[@]})); then
        printf -v names '%s, ' "${failed[@]}"
        echo "test failed: ${names%, }"
        exit 1
    fi
    exit 0
}

needed "system packages" scripts/system_packages.sh test
needed "environment" scripts/environment.sh test
needed "front end" scripts/assets.sh
needed "translations" .venv/bin/python scripts/translations.py compile
phase "check" scripts/check.sh
phase "tests on SQLite" $pytest -m "not browser and not faults" --cov --cov-report=
phase "tests on PostgreSQL" env TEST_DATABASE=postgresql \
    $pytest -m "database and not browser and not faults" --cov --cov-append --cov-report=
phase "branches covered" .venv/bin/coverage report --skip-covered --fail-under=98
phase "tests in a browser" $pytest -m browser
finish
