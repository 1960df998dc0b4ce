"""Sign the file lists of mirrored sites, and verify a folder against them.

Verifying needs only the folder and the public key. Someone with write access alone cannot forge the
lists.

`FOLDER/HOST/manifest/ab.txt` has lines for sha256sum; `FOLDER/HOST/manifest.json` holds each list's
digest and the signature.
"""

import fcntl
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from django.utils import timezone

from gongkai.core.acts import anchors
from gongkai.core.acts.digest import canonical_json
from gongkai.ui.mirror import rewriting
from gongkai.ui.mirror.file_writer import FILES_FOLDER, MirroredSite, write_atomically
from gongkai.ui.mirror.models import Leaf
from gongkai.ui.mirror.rewriting import UNAVAILABLE_PAGE, get_manifest_list_name
from gongkai.ui.portal.page_files import make_host_folder_name

MANIFEST_FOLDER, MANIFEST_FILE = "manifest", "manifest.json"


@contextmanager
def _lock_site(folder: Path) -> Iterator[None]:
    """Hold the lock of a site's folder during the block, so that one process at a time writes its lists."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    folder.chmod(0o755)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sign_all() -> None:
    """Write the lists of all sites with changed files."""
    from gongkai.ui.mirror.mirror_updates import list_mirrored_sites

    for site in list_mirrored_sites():
        sign_site(site)


def sign_site(site: MirroredSite) -> int:
    """Write the changed file lists and the head file; return the number of changed lists."""
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
    """Write a list of file digests and mark its rows as signed."""
    rows = list(Leaf.objects.filter(host=site.host, chunk=chunk).values_list("pk", "name", "digest", "signed"))
    lines = sorted({f"{digest}  {FILES_FOLDER}/{name}" for _, name, digest, _ in rows if digest})
    write_atomically(site.folder / MANIFEST_FOLDER / f"{chunk}.txt", "".join(f"{line}\n" for line in lines).encode())
    for pk, _, digest, signed in rows:
        if signed:
            continue
        row = Leaf.objects.filter(pk=pk, digest=digest)  # unless it was written again meanwhile
        row.update(signed=True) if digest else row.delete()


def get_signed_digest(head: Mapping[str, object]) -> str:
    """Return the digest that is signed: that of the head of the file lists."""
    return sha256(f"gongkai mirror\n{canonical_json(head)}".encode()).hexdigest()


def _write_head(site: MirroredSite) -> None:
    """Write manifest.json: the digests of a site's lists, signed with the present key."""
    lists = {
        path.stem: sha256(path.read_bytes()).hexdigest()
        for path in sorted((site.folder / MANIFEST_FOLDER).glob("*.txt"))
    }
    head = {"host": site.host, "at": timezone.localtime().isoformat(timespec="seconds"), "lists": lists}
    signature, key = anchors.sign_digest(get_signed_digest(head))
    text = json.dumps({**head, "signature": signature, "key": key}, ensure_ascii=False, indent=1)
    write_atomically(site.folder / MANIFEST_FILE, text.encode())


#: Seconds before a second check of apparent changes: files are written before their list.
RECHECK_DELAY_SECONDS = 5.0


@dataclass
class SiteVerification:
    """Result of comparing a site's mirrored files with the signed list.

    Attributes:
        at: time of the signed lists (ISO 8601).
        files: number of files in the lists.
        broken: why the lists cannot be used (other results are then meaningless), or "".
        changed: files whose digest differs.
        missing: files that the lists name and the folder lacks.
        strange: files that no list names.
        absent: (page, URL) of resources that a page needs and no list contains.
    """

    host: str
    at: str = ""
    files: int = 0
    broken: str = ""
    changed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    absent: list[tuple[str, str]] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Return true if the folder is intact and complete."""
        return not (self.broken or self.changed or self.missing or self.strange or self.absent)

    def lines(self) -> Iterator[str]:
        """Yield a Chinese line for each changed, missing or surplus file."""
        if self.broken:
            yield f"{self.host}：{self.broken}"
        for word, names in (("内容被改动", self.changed), ("文件缺失", self.missing), ("多出的文件", self.strange)):
            for name in names:
                yield f"{self.host}：{word} {name}"
        for name, address in self.absent:
            yield f"{self.host}：网页 {name} 里的图片或文件不在镜像里 {address}"


def verify_site_folder(folder: Path, keys: frozenset[str], *, grace: float = RECHECK_DELAY_SECONDS) -> SiteVerification:
    """Verify a site's folder; apparent faults are checked again after a moment.

    Args:
        folder: folder of one site.
        keys: accepted public keys.
        grace: seconds to wait; 0: no second check.
    """
    verification = _check_once(folder, keys)
    if verification.ok or not grace:
        return verification
    time.sleep(grace)
    return _check_once(folder, keys)


def list_site_folders(folder: Path) -> list[Path]:
    """Return the site folders in a mirror folder."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST_FILE}") if not path.parent.is_symlink())


def _check_once(folder: Path, keys: frozenset[str]) -> SiteVerification:
    """Verify a site's folder against its manifest, signed by one of `keys`."""
    verification = SiteVerification(folder.name)
    try:
        head = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        signature, key = str(head.pop("signature")), str(head.pop("key"))
        lists, verification.at = dict(head["lists"]), str(head["at"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        verification.broken = "没有可读的签名清单 manifest.json"
        return verification
    if key not in keys or not anchors.is_valid_signature(get_signed_digest(head), signature, key):
        verification.broken = "清单的签名无效，或者不是本系统的密钥所签"
        return verification
    if make_host_folder_name(str(head.get("host"))) != folder.name:
        verification.broken = f"清单是另一个网站 {head.get('host')} 的"
        return verification
    listed = _read_lists(folder, lists, verification)
    _compare_files(folder, listed, verification)
    return verification


def _read_lists(folder: Path, lists: dict[str, str], verification: SiteVerification) -> dict[str, str]:
    """Return the digests by file name of the intact lists; report the other lists."""
    digests_by_file: dict[str, str] = {}
    for name, digest in lists.items():
        path = folder / MANIFEST_FOLDER / f"{name}.txt"
        content = path.read_bytes() if path.is_file() else b""
        if sha256(content).hexdigest() != digest:
            (verification.changed if content else verification.missing).append(f"{MANIFEST_FOLDER}/{name}.txt")
            continue
        for line in content.decode().splitlines():
            listed_digest, _, file = line.partition("  ")
            digests_by_file[file.removeprefix(f"{FILES_FOLDER}/")] = listed_digest
    return digests_by_file


def _compare_files(folder: Path, listed: dict[str, str], verification: SiteVerification) -> None:
    """Report missing, changed and unlisted files, and resources that no list contains."""
    root = folder / FILES_FOLDER
    unreadable_lists = {
        Path(text).stem
        for text in (*verification.changed, *verification.missing)
        if text.startswith(f"{MANIFEST_FOLDER}/")
    }
    for name, digest in sorted(listed.items()):
        try:
            with (root / name).open("rb") as file:
                is_unchanged = file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            verification.missing.append(name)
            continue
        verification.files += 1
        if not is_unchanged:
            verification.changed.append(name)
        elif name.endswith(".html"):
            text = (root / name).read_text(encoding="utf-8", errors="replace")
            verification.absent += [(name, address) for address in _find_missing_resources(text, name, listed)]
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        being_written = path.name.startswith(".") and path.name.endswith(".part")
        # A symbolic link to another folder would expose that folder.
        is_real_folder = path.is_dir() and not path.is_symlink()
        if (
            not is_real_folder
            and name not in listed
            and not being_written
            and get_manifest_list_name(name) not in unreadable_lists
        ):
            verification.strange.append(name)


def _find_missing_resources(text: str, name: str, listed: Mapping[str, str]) -> list[str]:
    """Return the URLs of resources that a page needs and no list contains, each once."""
    shown_urls = rewriting.list_shown_urls(text, f"/{quote(name)}")
    return list(dict.fromkeys(address for address in shown_urls if not _is_listed(address, listed)))


def _is_listed(address: str, listed: Mapping[str, str]) -> bool:
    """Return true if a resource is in the mirror's lists or belongs to another site."""
    if address == UNAVAILABLE_PAGE:
        return False  # a picture that only the application can show
    if not address.startswith("/") or address.startswith("//"):
        return address.startswith(("//", "http://", "https://"))  # another site
    file = unquote(urlsplit(address).path).lstrip("/")
    return bool({file, f"{file}index.html", f"{file}index.xml"} & listed.keys())
