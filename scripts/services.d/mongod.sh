# shellcheck shell=bash
# shellcheck disable=SC2154 # root, services, name and run are set by scripts/services, which sources this
# Starts the run's mongod as a replica set of one member, with users where auth is asked for.

start_mongod() {
    fetch_python
    fetch_mongod
    local port auth flags=() database=kowalski
    port=$(port_of mongod)
    [ -n "$port" ] || port=$(free_port)
    must_be_free "$port"
    auth=$(option auth "$([ "$name" = run ] && echo yes || echo no)")
    if [ "$auth" = yes ]; then
        [ -f "$run/mongod.key" ] || { hex 256 >"$run/mongod.key"; chmod 400 "$run/mongod.key"; }
        flags+=(--auth --keyFile "$run/mongod.key")
        [ -n "$(get_env MONGODB_ADMIN_PASSWORD)" ] || set_env MONGODB_ADMIN_PASSWORD "$(hex 16)"
        [ -n "$(get_env MONGODB_PASSWORD)" ] || set_env MONGODB_PASSWORD "$(hex 16)"
        set_env MONGODB_ADMIN_URI \
            "mongodb://admin:$(get_env MONGODB_ADMIN_PASSWORD)@127.0.0.1:$port/?replicaSet=rs0&authSource=admin"
        set_env MONGODB_URI \
            "mongodb://skipper:$(get_env MONGODB_PASSWORD)@127.0.0.1:$port/?replicaSet=rs0&authSource=admin"
    else
        set_env MONGODB_URI "mongodb://127.0.0.1:$port/?replicaSet=rs0"
    fi
    set_env MONGODB_PORT "$port"
    set_env MONGODB_DATABASE "$database"
    [ ! -f "$run/mongod.flags" ] || mapfile -t -O ${#flags[@]} flags <"$run/mongod.flags"
    mkdir -p "$run/mongod"

    # Stamps are compressed already, so compressing them again in the oplog and the journal only costs time; without
    # readers of past snapshots, old versions of light curves need not be kept. (See docs/operations.md.)
    # Without the last two, every stop would wait 15 s for other members, and diagnostics would cost disk writes.
    spawn mongod "$mongod" --dbpath "$run/mongod" --bind_ip 127.0.0.1 --port "$port" --nounixsocket --replSet rs0 \
        --oplogSize 1024 --wiredTigerCacheSizeGB "$(option cache 1)" "${flags[@]}" \
        --wiredTigerCollectionBlockCompressor none --wiredTigerJournalCompressor none \
        --setParameter minSnapshotHistoryWindowInSeconds=0 \
        --setParameter shutdownTimeoutMillisForSignaledShutdown=100 \
        --setParameter diagnosticDataCollectionEnabled=false
    MONGODB_ADMIN_PASSWORD=$(get_env MONGODB_ADMIN_PASSWORD) MONGODB_PASSWORD=$(get_env MONGODB_PASSWORD) \
        "$venv/bin/python" "$root/scripts/services.d/replica_set.py" "$port" "$(pid_of mongod)" "$auth" "$database" ||
        { terminate mongod; died mongod "did not become ready"; }
}
