# shellcheck shell=bash
# shellcheck disable=SC2154 # root, services, name and run are set by scripts/services, which sources this
# Starts the run's ZooKeeper and Kafka broker with java directly (the stock scripts open a JMX port to the world).

# java_server COMPONENT HEAP_MB CLASS: starts one of the two with its properties file.
java_server() {
    local component=$1 heap=$2 class=$3
    # From Java 14 on, ZooKeeper's client resolves the literal "127.0.0.1/<unresolved>" (ZOOKEEPER-3779).
    printf '127.0.0.1 localhost %s\n127.0.0.1 localhost/<unresolved> 127.0.0.1/<unresolved>\n' "$(uname -n)" \
        >"$run/java.hosts"
    mkdir -p "$run/java.configuration"
    cat >"$run/java.configuration/log4j.properties" <<'END'
log4j.rootLogger=INFO,console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d %p %m (%c)%n
END
    spawn "$component" java "-Xms${heap}m" "-Xmx${heap}m" -Djava.awt.headless=true \
        -Djdk.net.hosts.file="$run/java.hosts" -Dzookeeper.sasl.client=false \
        -cp "$run/java.configuration:$kafka/libs/*" "$class" "$run/$component.properties"
}

# said COMPONENT WORDS: whether it has written these words since its last start, or has ended.
said() {
    tail -c "+$((log_start + 1))" "$run/$1.log" | grep -qF -- "$2" || not_running "$1"
}

# java_start COMPONENT HEAP_MB CLASS WORDS: starts it and waits for the words that say it is ready.
java_start() {
    log_start=$(stat -c %s "$run/$1.log" 2>/dev/null || echo 0)
    java_server "$1" "$2" "$3"
    until_true 60 said "$1" "$4" || { terminate "$1"; died "$1" "was not ready after 60 s"; }
    running "$1" || died "$1" "ended while starting"
}

start_zookeeper() {
    [ -n "$(port_of zookeeper)" ] || set_env ZOOKEEPER_PORT "$(free_port)"
    must_be_free "$(port_of zookeeper)"
    cat >"$run/zookeeper.properties" <<END
dataDir=$run/zookeeper
clientPort=$(port_of zookeeper)
clientPortAddress=127.0.0.1
maxClientCnxns=0
tickTime=1000
END
    java_start zookeeper 64 org.apache.zookeeper.server.quorum.QuorumPeerMain 'binding to port'
}

# broker_unregistered: whether ZooKeeper has forgotten the last broker; after kill -9 that takes its session, 4 s.
broker_unregistered() {
    ! (
        exec 3<>"/dev/tcp/127.0.0.1/$(port_of zookeeper)"
        printf dump >&3
        grep -q '/brokers/ids/0' <&3
    ) 2>/dev/null
}

start_kafka() {
    fetch_kafka
    command -v java >/dev/null || fail "java is missing (scripts/dependencies installs it)"
    running zookeeper || start_zookeeper
    local port
    port=$(port_of kafka)
    [ -n "$port" ] || port=$(free_port)
    must_be_free "$port"
    set_env KAFKA_PORT "$port"
    set_env KAFKA_BOOTSTRAP "127.0.0.1:$port"
    cat >"$run/kafka.properties" <<END
broker.id=0
listeners=PLAINTEXT://127.0.0.1:$port
advertised.listeners=PLAINTEXT://127.0.0.1:$port
zookeeper.connect=127.0.0.1:$(port_of zookeeper)
zookeeper.session.timeout.ms=4000
log.dirs=$run/kafka
num.partitions=4
auto.create.topics.enable=false
default.replication.factor=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.num.partitions=4
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
controlled.shutdown.enable=false
message.max.bytes=10485760
replica.fetch.max.bytes=10485760
log.retention.hours=-1
log.cleaner.dedupe.buffer.size=16777216
END
    until_true 30 broker_unregistered || fail "ZooKeeper still knows the last broker of run '$name' after 30 s"
    java_start kafka "$(option heap 512)" kafka.Kafka 'started (kafka.server.KafkaServer)'
}
