#!/usr/bin/env bash
# Looks for known weaknesses: in the code (bandit, import contracts), in the libraries (pip-audit), and
# writes the list of all parts to .cache/sbom.json. The last line says what failed, and what could not
# be done: a question nobody answered is never taken for a good answer.
set -uo pipefail
cd "$(dirname "$0")/.."

scripts/environment.sh test || exit 1
scripts/tools.sh || exit 1
. scripts/verdicts.sh
tools=.cache/audit/bin
not_done=()

known_weaknesses() { # asks the package registry about every library of a requirements file
    local name="$1" report=".cache/audit-$1.json" verdict
    $tools/pip-audit --require-hashes --disable-pip --requirement "requirements/$name.txt" \
        --format json --output "$report" --progress-spinner off >/dev/null 2>".cache/audit-$1.log"
    verdict="$(.venv/bin/python scripts/known_weaknesses.py "$report" requirements/ignored.txt)"
    case $? in
        0) echo "  libraries ($name): well, $verdict" ;;
        2) echo "  libraries ($name): NOT DONE, $verdict" && not_done+=("libraries ($name)") ;;
        *) echo "$verdict" && failed+=("libraries ($name)") ;;
    esac
}

check code $tools/bandit --quiet --recursive --severity-level medium --configfile pyproject.toml \
    portal config.py wsgi.py gunicorn.conf.py
check contracts .venv/bin/lint-imports --no-logo --no-cache
check "rules of the house" .venv/bin/python -m pytest --quiet tests/test_architecture.py
known_weaknesses run
known_weaknesses test
check parts $tools/cyclonedx-py requirements requirements/run.txt \
    --output-format JSON --output-file .cache/sbom.json

((${#not_done[@]})) && echo "not done: $(join "${not_done[@]}"): ask again where the registry answers"
end_if_failed audit
echo "audit: nothing found in what was looked at"
