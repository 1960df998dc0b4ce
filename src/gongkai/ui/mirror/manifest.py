"""Signed lists of a site's files; someone with write access alone cannot forge them.

`FOLDER/HOST/manifest/ab.txt` has lines for sha256sum; `FOLDER/HOST/manifest.json` holds each
list's digest and the signature.
"""

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.utils import timezone

from gongkai.core.acts import signing
from gongkai.core.acts.digest import canonical_json
from gongkai.ui.mirror.models import Leaf
from gongkai.ui.mirror.writing import FILES_FOLDER, MirroredSite, write_atomically

LISTS, HEAD = "manifest", "manifest.json"


@contextmanager
def _lock_site(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.chmod(0o755)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sign_all() -> None:
    """Write the lists of all sites with changed files."""
    from gongkai.ui.mirror.updating import list_mirrored_sites

    for site in list_mirrored_sites():
        sign_site(site)


def sign_site(site: MirroredSite) -> int:
    """Write the changed lists and the head file; return the number of lists."""
    changed = Leaf.objects.filter(host=site.host, signed=False).exclude(name="")
    if not changed.exists():
        return 0
    with _lock_site(site.folder):
        chunks = sorted(set(changed.values_list("chunk", flat=True)))
        for chunk in chunks:
            _write_list(site, chunk)
        _write_head(site)
    return len(chunks)


def _write_list(site: MirroredSite, chunk: str) -> None:
    rows = list(Leaf.objects.filter(host=site.host, chunk=chunk).values_list("pk", "name", "digest", "signed"))
    lines = sorted({f"{digest}  {FILES_FOLDER}/{name}" for _, name, digest, _ in rows if digest})
    write_atomically(site.folder / LISTS / f"{chunk}.txt", "".join(f"{line}\n" for line in lines).encode())
    for pk, _, digest, signed in rows:
        if signed:
            continue
        row = Leaf.objects.filter(pk=pk, digest=digest)  # unless it was written again meanwhile
        row.update(signed=True) if digest else row.delete()


def signed_digest_of(head: Mapping[str, object]) -> str:
    """Return the signed digest of a head; its prefix distinguishes it from log seals."""
    return sha256(f"gongkai mirror\n{canonical_json(head)}".encode()).hexdigest()


def _write_head(site: MirroredSite) -> None:
    lists = {path.stem: sha256(path.read_bytes()).hexdigest() for path in sorted((site.folder / LISTS).glob("*.txt"))}
    head = {
        "host": site.host,
        "at": timezone.localtime().isoformat(timespec="seconds"),
        "lists": lists,
    }
    signature, key = signing.sign_digest(signed_digest_of(head))
    text = json.dumps({**head, "signature": signature, "key": key}, ensure_ascii=False, indent=1)
    write_atomically(site.folder / HEAD, text.encode())
