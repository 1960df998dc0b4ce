"""Pool of idle HTTP connections, reused between requests to the same host."""

import select
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from gongkai.lib.outbound.where import Connection, TlsConnection

#: Where a connection leads: scheme, host, port, whether to public addresses only, the proxy, the family of addresses.
Key = tuple[str, str, int | None, bool, str, int]


@dataclass
class Connections:
    """A pool of idle connections.

    Attributes:
        most: how many are kept in all; what is more is closed. 0: none, each question has its own.
    """

    most: int = 0
    _idle: list[tuple[Key, Connection]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, key: Key) -> tuple[Connection, bool]:
        """Return a connection, and true if it was used before."""
        with self._lock:
            for place, (known, kept) in enumerate(self._idle):
                if known == key:
                    del self._idle[place]
                    if _alive(kept):
                        return kept, True
                    kept.close()
                    break
        return _made(key), False

    def put_back(self, key: Key, connection: Connection) -> None:
        """Return a connection whose response was read to its end."""
        with self._lock:
            self._idle.append((key, connection))
            gone = self._idle[: max(0, len(self._idle) - self.most)]
            self._idle = self._idle[len(gone) :]
        for _, old in gone:
            old.close()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, old in idle:
            old.close()


def proxy_for(address: str) -> str:
    """Return the proxy for a URL from the environment (`host:port`), or ""."""
    parts = urlsplit(address)
    named = getproxies().get(parts.scheme, "")
    if not named or proxy_bypass(parts.hostname or ""):
        return ""
    return urlsplit(named if "//" in named else f"//{named}").netloc.rpartition("@")[2]


def _made(key: Key) -> Connection:
    scheme, host, port, outside, proxy, family = key
    kind = TlsConnection if scheme == "https" else Connection
    if proxy:
        made = kind(proxy)
        if scheme == "https":
            made.set_tunnel(host, port or 443)
    else:
        made = kind(host, port)
    made.outside, made.family = outside, family
    return made


def _alive(connection: Connection) -> bool:
    """Return true if an idle connection is still open; readable data means that it was closed."""
    sock = connection.sock
    if sock is None:
        return False
    try:
        return not select.select([sock], [], [], 0)[0]
    except (OSError, ValueError):
        return False
