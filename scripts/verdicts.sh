# Sourced by check.sh and audit.sh: looks at one thing after the other and remembers what failed.
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

join() { printf -v joined '%s, ' "$@" && echo "${joined%, }"; }

end_if_failed() { # what was looked at
    ((${#failed[@]} == 0)) && return
    echo "$1 failed: $(join "${failed[@]}")"
    exit 1
}
