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

tests_on() { # database, which tests
    COVERAGE_FILE=".cache/coverage.$1" TEST_DATABASE="$1" \
        $pytest -m "$2" --cov --cov-report= \
        -o cache_dir=".cache/pytest-$1"
}

side_by_side() { # both databases at once, each on a core; what each says comes after the other
    local start=$SECONDS log=.cache/postgresql.log later
    mkdir -p .cache
    tests_on postgresql "database and not browser and not faults" >"$log" 2>&1 &
    later=$!
    phase "tests on SQLite" tests_on sqlite "not browser and not faults"
    phase "tests on PostgreSQL" wait "$later"
    cat "$log"
    times+=("$(printf '%-28s %4d s' "both, side by side" $((SECONDS - start)))")
}

covered() {
    .venv/bin/coverage combine --keep .cache/coverage.sqlite .cache/coverage.postgresql >/dev/null &&
        .venv/bin/coverage report --skip-covered --fail-under=98
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
side_by_side
phase "branches covered" covered
phase "tests in a browser" $pytest -m browser
finish
