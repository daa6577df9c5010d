#!/usr/bin/env bash
# Installs the Debian packages that are missing: `system_packages.sh run` or `… test`.
# As root or with sudo that asks nothing; otherwise prints the line to type and exits 1.
set -euo pipefail

for_what="${1:?run or test}"
missing=()

has_program() {
    command -v "$1" >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null
}

need_program() { # program package
    has_program "$1" || missing+=("$2")
}

need_package() { # package
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]] ||
        missing+=("$1")
}

need_program wkhtmltopdf wkhtmltopdf
need_package fonts-dejavu-core
need_package fonts-liberation
need_package libpango-1.0-0 # this and the next two: for PDF_ENGINE=weasyprint
need_package libpangoft2-1.0-0
need_package libharfbuzz-subset0
python3.11 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
if [[ $for_what == test ]]; then
    need_program chromium chromium
    need_program initdb postgresql
    need_program pdftotext poppler-utils
fi

((${#missing[@]})) || exit 0

install="apt-get install --yes --no-install-recommends ${missing[*]}"
if [[ $EUID -eq 0 ]]; then
    as_root=(env)
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n env)
else
    echo "These system packages are missing. Type this, then the same command again:"
    echo "sudo apt-get update && sudo $install"
    exit 1
fi

echo "Installing ${missing[*]}"
if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    # The tests start a server of their own; the package's would only run for nothing.
    "${as_root[@]}" mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" |
        "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
fi
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! { "${as_root[@]}" apt-get update &&
    "${as_root[@]}" DEBIAN_FRONTEND=noninteractive $install \
        -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold; } >"$log" 2>&1; then
    tail -n 20 "$log"
    echo "The system packages could not be installed: $install"
    exit 1
fi
