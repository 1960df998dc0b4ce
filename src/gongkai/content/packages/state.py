"""The rows carried over so far and their common digest, equal on both sides."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from gongkai.content.packages.models import Carried, Package
from gongkai.core.acts.digest import digest

# (part, key): digest, or None for a removed row.
Changes = dict[tuple[str, str], str | None]
_DIGEST_MODULUS = 2**256


#: Parts with a row per document, text or file, which are looked up by key and never loaded completely.
PARTS_READ_BY_KEY = ("documents", "texts", "files")


def load_carried_digests(*, without: Iterable[str] = ()) -> dict[str, dict[str, str]]:
    """Return the digests of all rows on the other installation as part → key → digest, without some parts."""
    carried_digests: dict[str, dict[str, str]] = defaultdict(dict)
    rows = Carried.objects.exclude(part__in=list(without))
    for part, key, mark in rows.values_list("part", "key", "digest").iterator(5000):
        carried_digests[part][key] = mark
    return carried_digests


def iterate_keys(part: str) -> Iterator[str]:
    """Yield the keys of the rows of a part that the other installation has."""
    return Carried.objects.filter(part=part).values_list("key", flat=True).iterator(5000)


def map_carried_digests(part: str, keys: Iterable[object]) -> dict[str, str]:
    """Return {key: digest} of rows of a part on the other installation."""
    named = [str(key) for key in keys]
    carried_digests: dict[str, str] = {}
    for start in range(0, len(named), 500):
        rows = Carried.objects.filter(part=part, key__in=named[start : start + 500])
        carried_digests |= dict(rows.values_list("key", "digest"))
    return carried_digests


def find_last_package() -> Package | None:
    """Return the last package made or applied here, or None."""
    return Package.objects.order_by("-sequence").first()


def find_digest_before(package: Package) -> str:
    """Return the digest of the installation's rows after the package before this one, or "" for the first one."""
    earlier = Package.objects.filter(sequence__lt=package.sequence).order_by("-sequence").first()
    return earlier.state if earlier else ""


def record_changes(previous: str, changes: Changes, method: str = "") -> str:
    """Record the changes of a package and return the new digest, after `previous`. Call within the package's transaction.

    The digest is a sum over all rows, so the cost depends only on the number of changes.
    """
    total = int(previous or "0", 16)
    existing = _load_carried(changes)
    new_rows, removed = [], []
    for (part, key), new_digest in changes.items():
        old_digest = existing.get((part, key))
        if old_digest:
            total -= _compute_weight(part, key, old_digest, method)
            removed.append((part, key))
        if new_digest:
            total += _compute_weight(part, key, new_digest, method)
            new_rows.append(Carried(part=part, key=key, digest=new_digest))
    for part in {part for part, _ in removed}:
        keys = [key for name, key in removed if name == part]
        for start in range(0, len(keys), 500):
            Carried.objects.filter(part=part, key__in=keys[start : start + 500]).delete()
    Carried.objects.bulk_create(new_rows, batch_size=500)
    return f"{total % _DIGEST_MODULUS:064x}"


def _load_carried(changes: Changes) -> dict[tuple[str, str], str]:
    """Return {(part, key): digest on the other installation} for the rows of the changes."""
    carried: dict[tuple[str, str], str] = {}
    for part in {part for part, _ in changes}:
        marks = map_carried_digests(part, [key for name, key in changes if name == part])
        carried |= {(part, key): mark for key, mark in marks.items()}
    return carried


def compute_digest_after(previous: str, changes: Changes) -> str:
    """Return the digest of the rows after the changes, from that before them; a package contains it.

    No row is in two packages of an export.
    """
    total = int(previous or "0", 16)
    existing = _load_carried(changes)
    for (part, key), mark in changes.items():
        old = existing.get((part, key))
        total += (_compute_weight(part, key, mark) if mark else 0) - (_compute_weight(part, key, old) if old else 0)
    return f"{total % _DIGEST_MODULUS:064x}"


def add_removals_of_others(changes: Changes, existing: dict[str, dict[str, str]]) -> list[tuple[str, str]]:
    """Add the removal of all rows `existing` that a complete package lacks; return their (part, key)."""
    others = [(part, key) for part, keys in existing.items() for key in keys if (part, key) not in changes]
    changes.update(dict.fromkeys(others))
    return others


def _compute_weight(part: str, key: str, mark: str, method: str = "") -> int:
    """Return the digest of a row as a number; `Package.state` is the sum over all rows."""
    return int(digest(f"{part}\n{key}\n{mark}", method), 16)
