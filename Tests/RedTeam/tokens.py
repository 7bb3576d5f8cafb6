"""Tokens as attackers make them: JSON web tokens put together by hand."""

import base64
import hashlib
import hmac
import json


def encoded(data):
    if not isinstance(data, (bytes, str)):
        data = json.dumps(data)
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def signed(payload, key, header=None, digest=hashlib.sha256):
    """A token with this payload, signed with a key."""
    head = encoded({"alg": "HS256", "typ": "JWT"} if header is None else header)
    text = f"{head}.{encoded(payload)}"
    return f"{text}.{encoded(hmac.new(key.encode(), text.encode(), digest).digest())}"


def payload_of(token):
    return decoded(token.split(".")[1])


def with_payload(token, **changes):
    """The same token with another payload and its old signature."""
    head, _, signature = token.split(".")
    return f"{head}.{encoded(payload_of(token) | changes)}.{signature}"
