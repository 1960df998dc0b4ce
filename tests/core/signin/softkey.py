"""A passkey in software: answers like a browser and authenticator, including wrong answers (bytes: Web Authentication Level 3, 6.1)."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class SoftKey:
    """A key for one site; `count` is its next counter value, `flags` tell user presence and verification."""

    host: str = "localhost"
    origin: str = "http://localhost:8000"
    count: int = 1
    flags: int = PRESENT | VERIFIED
    number: bytes = b"number-of-the-key"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": f"webauthn.{kind}", "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _data(self, more: bytes = b"", flags: int = 0) -> bytes:
        head = hashlib.sha256(self.host.encode()).digest()
        return head + bytes([self.flags | flags]) + self.count.to_bytes(4, "big") + more

    def _answer(self, response: dict[str, bytes]) -> str:
        named = {name: text(value) for name, value in response.items()}
        made: dict[str, Any] = {"id": text(self.number), "rawId": text(self.number), "type": "public-key"}
        return json.dumps({**made, "response": named, "clientExtensionResults": {}})

    def make(self, options: str) -> str:
        """Answer a registration request; increments the counter."""
        asked = json.loads(options)["publicKey"]
        public = cbor.encode(ES256.from_cryptography_key(self.private.public_key()))
        credential = bytes(16) + len(self.number).to_bytes(2, "big") + self.number + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(credential, ATTESTED)}
        client = self._client("create", asked["challenge"])
        self.count += 1
        return self._answer({"clientDataJSON": client, "attestationObject": cbor.encode(attested)})

    def prove(self, options: str) -> str:
        """Answer an authentication request; increments the counter."""
        asked = json.loads(options)["publicKey"]
        client, data = self._client("get", asked["challenge"]), self._data()
        self.count += 1
        signed = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer({"clientDataJSON": client, "authenticatorData": data, "signature": signed})
