# shellcheck shell=bash
# shellcheck disable=SC2154 # root, services, name and run are set by scripts/services and scripts/run, which source this
# Processes, ports and settings of one run.
# A process is known by its pid and by its command line, which names the run's or the project's own folder.

fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Runs a function while no other call of this script works on the same run.
locked() {
    mkdir -p "$run"
    exec 9>"$run/lock"
    flock -w 180 9 || fail "another call works on run '$name' since 180 s"
    "$@"
    exec 9>&-
}

# pid_of COMPONENT: the pid that was written when it was started, or nothing.
pid_of() {
    cat "$run/$1.pid" 2>/dev/null || true
}

# mark_of COMPONENT: what only its command line contains.
mark_of() {
    case $1 in
    api | ingester) echo "$root/.build/release/skipper-$1" ;;
    *) echo "$run/$1" ;;
    esac
}

# running COMPONENT: whether that pid lives and is what was started here (a zombie has no command line).
running() {
    local pid
    pid=$(pid_of "$1")
    [ -n "$pid" ] && grep -qsF -- "$(mark_of "$1")" "/proc/$pid/cmdline"
}

# paused COMPONENT: whether it is stopped by a signal.
paused() {
    running "$1" && grep -q '^State:.*(stopped)' "/proc/$(pid_of "$1")/status"
}

# spawn COMPONENT COMMAND ...: starts it in a session of its own, so that Ctrl-C in the terminal does not reach it.
spawn() {
    local component=$1
    shift
    setsid "$@" </dev/null >>"$run/$component.log" 2>&1 9>&- &
    echo $! >"$run/$component.pid"
}

# until_true SECONDS CONDITION ...: polls ten times a second; false when the time is over.
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

not_running() {
    ! running "$1"
}

# terminate COMPONENT: asks it to stop, waits (a batch in hand may take 30 s, a server 20 s), then kills it.
terminate() {
    local pid patience=20
    case $1 in api | ingester) patience=35 ;; esac
    if running "$1"; then
        pid=$(pid_of "$1")
        kill "$pid" 2>/dev/null || true
        kill -CONT "$pid" 2>/dev/null || true # a paused process could not obey
        if ! until_true $patience not_running "$1"; then
            echo "$(basename "$0"): $1 of run '$name' did not stop within $patience s and is killed" >&2
            kill -KILL "$pid" 2>/dev/null || true
            until_true 10 not_running "$1" || fail "$1 (pid $pid) survives SIGKILL"
        fi
    fi
    rm -f "$run/$1.pid"
}

# Sends a signal to $component, which must run.
signal_component() {
    running "$component" || fail "$component of run '$name' does not run"
    kill "-$1" "$(pid_of "$component")"
}

signal_kill9() {
    signal_component KILL
    until_true 10 not_running "$component" || fail "$component survives SIGKILL"
    rm -f "$run/$component.pid"
}

signal_pause() {
    signal_component STOP
    until_true 10 paused "$component" || fail "$component does not pause"
}

signal_resume() {
    signal_component CONT
}

# died COMPONENT WHY: reports a failure with the last errors in the log, and its end.
died() {
    echo "$(basename "$0"): $1 of run '$name' $2; $run/$1.log ends:" >&2
    tail -n 200 "$run/$1.log" | grep -E '"s":"[EF]"|"level":"(error|critical)"| (ERROR|FATAL) ' | tail -n 5 >&2 || true
    echo "..." >&2
    tail -n 20 "$run/$1.log" >&2 || true
    exit 1
}

# hex BYTES: that many random bytes.
hex() {
    od -An -v -N "$1" -tx1 /dev/urandom | tr -d ' \n'
}

# set_env NAME VALUE: one assignment in the run's env file, replacing an older one; values hold no single quote.
set_env() {
    { grep -v "^$1=" "$run/env" 2>/dev/null || true; printf "%s='%s'\n" "$1" "$2"; } >"$run/env.new"
    mv "$run/env.new" "$run/env"
}

# get_env NAME [FILE]: the value of one assignment, or nothing.
get_env() {
    sed -n "s/^$1='\(.*\)'\$/\1/p" "$run/${2:-env}" 2>/dev/null || true
}

# option NAME DEFAULT: one of the run's kept options.
option() {
    local value
    value=$(sed -n "s/^$1=//p" "$run/options" 2>/dev/null || true)
    echo "${value:-$2}"
}

# port_of COMPONENT: its port, or nothing before the first start.
port_of() {
    case $1 in
    mongod) get_env MONGODB_PORT ;;
    kafka) get_env KAFKA_PORT ;;
    zookeeper) get_env ZOOKEEPER_PORT ;;
    api) get_env SKIPPER_SERVER__PORT environment ;;
    esac
}

# is_free PORT: whether a server could listen there on 127.0.0.1.
is_free() {
    python3 - "$1" 2>/dev/null <<'END'
import socket, sys

with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: closed connections do not matter
    probe.bind(("127.0.0.1", int(sys.argv[1])))
END
}

# must_be_free PORT: fails where another program took the port of a stopped run; the run's data know their port.
must_be_free() {
    is_free "$1" || fail "port $1 of run '$name' is taken by another program; \`scripts/services clean $name\` drops it"
}

# free_port: a port that nobody listens on, from below the range of outgoing connections: a client that retries
# against a dead server could otherwise be given the very same port and connect to itself.
free_port() {
    python3 - "$services" <<'END'
import glob, random, re, socket, sys

first_outgoing = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
taken = {int(port) for env in glob.glob(sys.argv[1] + "/*/env") for port in re.findall(r"PORT='(\d+)'", open(env).read())}
for port in random.sample(range(10000, max(first_outgoing, 20000)), 1000):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        if port not in taken:
            print(port)
            sys.exit()
sys.exit("services: no free port between 10000 and %d" % first_outgoing)
END
}
