"""Runs a Kafka that speaks TLS, and TLS with SASL, until its own end: secure_kafka.py KAFKA FOLDER CERTIFICATES

Prints `ssl PORT` and `sasl PORT` when both can be used. At `ssl` a client must show a certificate; at `sasl` it must log
in as "skipper" with "the password" by PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. The servers end with this process, however
that ends.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time

PATIENCE = 240  # seconds until a server must be ready
SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
PLAIN = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_skipper="the password";'


def main(kafka, folder, certificates):
    zookeeper, plain, ssl, sasl = ports(4)
    write(folder, "zookeeper.properties", f"""
        dataDir={folder}/zookeeper
        clientPort={zookeeper}
        clientPortAddress=127.0.0.1
        maxClientCnxns=0""")
    write(folder, "kafka.properties", f"""
        broker.id=0
        listeners=PLAINTEXT://127.0.0.1:{plain},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
        advertised.listeners=PLAINTEXT://127.0.0.1:{plain},SSL://127.0.0.1:{ssl},SASL_SSL://127.0.0.1:{sasl}
        inter.broker.listener.name=PLAINTEXT
        zookeeper.connect=127.0.0.1:{zookeeper}
        log.dirs={folder}/kafka
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        group.initial.rebalance.delay.ms=0
        controlled.shutdown.enable=false
        log.cleaner.dedupe.buffer.size=16777216
        ssl.keystore.type=PKCS12
        ssl.keystore.location={folder}/server.p12
        ssl.keystore.password=keystore
        ssl.key.password=keystore
        ssl.truststore.type=PKCS12
        ssl.truststore.location={folder}/trust.p12
        ssl.truststore.password=keystore
        listener.name.ssl.ssl.client.auth=required
        sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
        listener.name.sasl_ssl.plain.sasl.jaas.config={PLAIN}
        listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config={SCRAM}
        listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={SCRAM}""")
    write(folder, "hosts", f"127.0.0.1 localhost {os.uname().nodename}\n"
                           "127.0.0.1 localhost/<unresolved> 127.0.0.1/<unresolved>")
    write(folder, "log4j.properties", """
        log4j.rootLogger=INFO,console
        log4j.appender.console=org.apache.log4j.ConsoleAppender
        log4j.appender.console.layout=org.apache.log4j.PatternLayout
        log4j.appender.console.layout.ConversionPattern=%d %p %m (%c)%n""")
    subprocess.run(["openssl", "pkcs12", "-export", "-in", f"{certificates}/server.crt", "-inkey",
                    f"{certificates}/server.key", "-out", f"{folder}/server.p12", "-passout", "pass:keystore"], check=True)
    subprocess.run(["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", f"{certificates}/ca.pem", "-keystore",
                    f"{folder}/trust.p12", "-storetype", "PKCS12", "-storepass", "keystore"], check=True,
                   stderr=subprocess.DEVNULL)

    def java(heap, *arguments):
        return ["java", f"-Xmx{heap}m", f"-Djdk.net.hosts.file={folder}/hosts", "-Dzookeeper.sasl.client=false", "-cp",
                f"{folder}:{kafka}/libs/*", *arguments]

    start(folder, "zookeeper", java(64, "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                                    f"{folder}/zookeeper.properties"), "binding to port")
    subprocess.run(java(128, "kafka.admin.ConfigCommand", "--zookeeper", f"127.0.0.1:{zookeeper}", "--alter", "--add-config",
                        "SCRAM-SHA-256=[password=the password],SCRAM-SHA-512=[password=the password]",
                        "--entity-type", "users", "--entity-name", "skipper"),
                   check=True, stdout=subprocess.DEVNULL)
    start(folder, "kafka", java(256, "kafka.Kafka", f"{folder}/kafka.properties"), "started (kafka.server.KafkaServer)")
    print(f"ssl {ssl}\nsasl {sasl}", flush=True)
    signal.pause()


def start(folder, name, command, words):
    """Starts a server that dies with us, and waits for the words that say it is ready."""
    with open(f"{folder}/{name}.log", "wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_parent)
    end = time.monotonic() + PATIENCE
    while True:
        with open(f"{folder}/{name}.log", errors="replace") as log:
            text = log.read()
        if words in text:
            return
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"{name} is not ready: {text[-2000:]}")
        time.sleep(0.1)


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, prctl(2)


def write(folder, name, text):
    with open(f"{folder}/{name}", "w") as file:
        file.write("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")


def ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    numbers = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return numbers


if __name__ == "__main__":
    main(*sys.argv[1:])
