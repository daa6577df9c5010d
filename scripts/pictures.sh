#!/usr/bin/env bash
# Takes a picture of every page at 360 and 1280 px, into docs/pictures/build.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/system_packages.sh test
scripts/environment.sh test
scripts/assets.sh
.venv/bin/python scripts/translations.py compile
exec .venv/bin/python -m scripts.pictures "$@"
