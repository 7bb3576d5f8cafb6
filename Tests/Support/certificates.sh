#!/bin/sh
# Makes certificates for tests in the folder $1, of a server at 127.0.0.1 and a client "skipper", signed by an authority
# of their own; and another authority, which has signed nothing. Keys have no password but client-locked.key ("locked").
set -eu
cd "$1"
for authority in ca other-ca; do
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/O=Tests/CN=$authority" \
        -keyout "$authority.key" -out "$authority.pem" 2>/dev/null
done
sign() { # name, subject, extensions
    openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
    printf '%s\n' "$3" >"$1.ext"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" \
        -out "$1.crt" 2>/dev/null
    cat "$1.crt" "$1.key" >"$1.pem"
}
sign server "/O=Servers/CN=server" "subjectAltName=IP:127.0.0.1"
sign client "/O=Clients/CN=skipper" "extendedKeyUsage=clientAuth"
openssl rsa -aes256 -passout pass:locked -in client.key -out client-locked.key 2>/dev/null
cat client.crt client-locked.key >client-locked.pem
