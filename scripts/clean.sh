#!/usr/bin/env bash
# Removes what can be made again. The data and the settings in instance/ stay.
set -euo pipefail
cd "$(dirname "$0")/.."

rm -rf .venv .cache .hypothesis assets/node_modules portal/static/build
rm -rf portal/translations/it/LC_MESSAGES docs/pictures/build bench/results.json
find . -name __pycache__ -type d -prune -exec rm -rf {} +
