# shellcheck shell=bash
# A bare Debian in a folder, for scripts/fresh-machine and scripts/image.

# The network's particulars of this machine that pip and curl need, for `env`: proxies, certificates, the index.
network_environment() {
    local variable
    while read -r variable; do
        echo "$variable=${!variable}"
    done < <(compgen -e | grep -iE '^(https?|no)_proxy$|^PIP_(INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS|DEFAULT_TIMEOUT)$')
    if [ -n "${PIP_CERT-}${SSL_CERT_FILE-}" ]; then
        echo "PIP_CERT=/etc/certificates-of-host.crt"
        echo "SSL_CERT_FILE=/etc/certificates-of-host.crt"
    fi
}

# make_debian FOLDER SUITE MIRROR [PACKAGE,...]: debootstraps it, with this machine's ways into the network.
make_debian() {
    local folder=$1 suite=$2 mirror=$3 file
    rm -rf --one-file-system "$folder"
    debootstrap --variant=minbase ${4:+--include="$4"} "$suite" "$folder" "$mirror" >"$folder.log" 2>&1 ||
        { tail "$folder.log" >&2; echo "debootstrap failed" >&2; return 1; }
    rm -f "$folder.log" "$folder"/etc/apt/sources.list.d/*
    echo "deb $mirror $suite main" >"$folder/etc/apt/sources.list"
    for file in /etc/apt/apt.conf.d/*; do # proxies and certificates
        ! grep -qiE '^[^/#]*Acquire::(http|https|Check)' "$file" || cp "$file" "$folder/etc/apt/apt.conf.d/"
    done
    for file in /etc/pip.conf /etc/resolv.conf; do
        [ ! -f "$file" ] || cp --dereference "$file" "$folder$file"
    done
    [ ! -f /etc/ssl/certs/ca-certificates.crt ] ||
        cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/certificates-of-host.crt"
}
