#!/usr/bin/env bash
# Starts the portal with its demo: everything it needs the first time, seconds after that.
# Stopping it, or the end of either of its two processes, stops both.
set -euo pipefail
cd "$(dirname "$0")/.."

export PORT="${PORT:-8000}"
address="http://127.0.0.1:$PORT"
logs=instance/logs
children=()

main() {
    if is_port_taken; then
        echo "Port $PORT is taken. Choose another: make run PORT=$((PORT + 1))"
        exit 1
    fi
    scripts/system_packages.sh run
    scripts/environment.sh run
    scripts/assets.sh
    .venv/bin/python scripts/translations.py compile
    scripts/settings.sh
    use_this_port
    portal db upgrade >"$(log_of migration)" 2>&1 || stop_with migration
    load_demo_once

    trap stop EXIT
    trap 'exit 0' INT TERM HUP
    start web .venv/bin/gunicorn
    start worker .venv/bin/flask --app wsgi worker
    wait_until_open
    echo
    echo "The portal is open at $address (Ctrl+C stops it; its logs are in $logs)"
    echo
    portal demo accounts
    portal demo status
    wait -n "${children[@]}" || true
    stop_with_ended
}

portal() {
    .venv/bin/flask --app wsgi "$@"
}

log_of() {
    mkdir -p "$logs"
    echo "$logs/$1.log"
}

# Links in mails carry PUBLIC_URL: it follows the port of today, unless it is another host's.
use_this_port() {
    local written
    written="$(sed -n 's/^PUBLIC_URL=//p' instance/settings.env)"
    if [[ -z "${PUBLIC_URL:-}" && "$written" == http://127.0.0.1:* ]]; then
        export PUBLIC_URL="$address"
    fi
}

# Once for each database; a load that broke off is not noted, and the next start tries again.
load_demo_once() {
    local database
    database="$(grep -h '^DATABASE_URL=' <(env) instance/settings.env | head -n 1 | sha256sum)"
    [[ "$(cat instance/demo-loaded 2>/dev/null)" == "$database" ]] && return
    echo "Loading the demo"
    portal demo load >"$(log_of demo)" 2>&1 || stop_with demo
    echo "$database" >instance/demo-loaded
}

start() { # name command…
    local log
    log="$(log_of "$1")"
    # The kernel ends the child even when this script is killed outright.
    setpriv --pdeathsig TERM -- "${@:2}" >"$log" 2>&1 &
    children+=("$!")
    printf -v "pid_of_$1" %s "$!"
}

is_port_taken() {
    (: <>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null
}

is_open() {
    local line=""
    { exec 3<>"/dev/tcp/127.0.0.1/$PORT"; } 2>/dev/null || return 1
    printf 'GET /healthz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' >&3
    read -r -t 10 line <&3 2>/dev/null || true
    exec 3>&-
    [[ $line == *" 200 "* ]]
}

wait_until_open() {
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        is_running web || stop_with web
        is_open && return
        sleep 0.1
    done
    stop_with web
}

is_running() {
    local variable="pid_of_$1"
    kill -0 "${!variable}" 2>/dev/null
}

stop_with_ended() {
    is_running web || stop_with web
    is_running worker || stop_with worker
}

stop_with() {
    echo
    tail -n 15 "$(log_of "$1")"
    echo "The portal stopped: its $1 process ended (whole log: $(log_of "$1"))"
    exit 1
}

stop() {
    trap - EXIT INT TERM HUP
    local pid
    for pid in "${children[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    wait "${children[@]}" 2>/dev/null || true
}

main
