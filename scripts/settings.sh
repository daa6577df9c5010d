#!/usr/bin/env bash
# Writes the settings a demo needs to instance/settings.env, once. config.py says what each one is.
set -euo pipefail
cd "$(dirname "$0")/.."

[[ -e instance/settings.env ]] && exit 0
umask 077
mkdir -p instance
cat >instance/settings.env.new <<SETTINGS
# Read below the environment, which wins. Every setting is documented in config.py.
PORTAL_ENV=demo
SECRET_KEY=$(.venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(48))')
PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:${PORT:-8000}}
DATABASE_URL=${DATABASE_URL:-sqlite:///$PWD/instance/portal.db}
SETTINGS
mv instance/settings.env.new instance/settings.env
