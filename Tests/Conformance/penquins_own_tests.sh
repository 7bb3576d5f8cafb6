#!/usr/bin/env bash
# Runs penquins' own tests, as PyPI has them, against the service at http://localhost:4000 with the user admin, admin.
# penquins_own_tests.sh MONGODB_URI DATABASE [arguments of pytest]: seeds that database for the run; starts no service.
# The database must hold no other alerts within 22 degrees of (90, 30): the tests count those of a sky map.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
root=$(cd "$here/../.." && pwd -P)
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
uri=$1 database=$2
shift 2
python=${SKIPPER_TEST_PYTHON:-$root/.services/venv/bin/python}
[ -x "$python" ] || { echo "$0: no Python at $python; scripts/services fetch python makes it" >&2; exit 1; }
export PYTHONDONTWRITEBYTECODE=1

work=$(mktemp -d)
# shellcheck disable=SC2317 # called by the trap
finish() {
    local code=$?
    "$python" "$here/seed_penquins.py" remove "$uri" "$database" || code=1
    rm -rf "$work"
    exit "$code"
}
trap finish EXIT

"$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --no-build-isolation \
    --require-hashes --requirement "$root/scripts/requirements-penquins.txt" --dest "$work"
tar -xzf "$work"/penquins-*.tar.gz -C "$work" --strip-components 1
"$python" "$here/seed_penquins.py" put "$uri" "$database"
cd "$work" # whose `penquins` is the same as the one installed
"$python" -m pytest -p no:cacheprovider -q tests/test_penquins.py "$@"
