#!/usr/bin/env bash
# All checks and tests, as CI runs them. What fails does not stop what comes after it;
# the last line says how it went.
set -uo pipefail
cd "$(dirname "$0")/.."

pytest=".venv/bin/python -m pytest --quiet"
# Several runs read the same files: what one has compiled, the next need not.
unset PYTHONDONTWRITEBYTECODE
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

tests_on() { # database, name of the part, which tests, more words for pytest…
    local database="$1" part="$2" which="($3) and not browser and not faults"
    shift 3
    COVERAGE_FILE=".cache/coverage.$part" TEST_DATABASE="$database" \
        $pytest -m "$which" -o cache_dir=".cache/pytest-$part" "$@"
}

# Counting branches makes tests half as slow again. It is done once: on SQLite, but for the tests
# that only run again what others count, and on PostgreSQL where backups have a way of their own.
counting="--cov --cov-report="

on_sqlite() { # and then, uncounted, what others count
    local worst=0
    tests_on sqlite sqlite "not uncounted" $counting || worst=1
    tests_on sqlite uncounted uncounted || worst=1
    return $worst
}

on_postgresql() { # and then in a browser
    local worst=0
    tests_on postgresql operations database $counting tests/operations || worst=1
    tests_on postgresql postgresql database --ignore=tests/operations || worst=1
    $pytest -m browser -o cache_dir=.cache/pytest-browser || worst=1
    return $worst
}

side_by_side() { # each on a core; what the later says comes after the other
    local start=$SECONDS log=.cache/postgresql.log later
    mkdir -p .cache
    on_postgresql >"$log" 2>&1 &
    later=$!
    phase "tests on SQLite" on_sqlite
    phase "on PostgreSQL, in a browser" wait "$later"
    cat "$log"
    times+=("$(printf '%-28s %4d s' "both, side by side" $((SECONDS - start)))")
}

covered() {
    .venv/bin/coverage combine --keep .cache/coverage.sqlite .cache/coverage.operations >/dev/null &&
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
finish
