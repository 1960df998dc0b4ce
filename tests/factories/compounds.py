"""Compound files ([MS-CFB]) such as Outlook messages."""

import struct

_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR, _SMALL, _CUTOFF = 512, 64, 4096


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file of streams by path ("folder/name")."""
    entries: list[tuple[str, int, bytes | None]] = [("Root Entry", 5, None)]
    children: dict[str, list[int]] = {"": []}
    for path, content in streams.items():
        parts = path.split("/")
        for level in range(1, len(parts)):
            folder = "/".join(parts[:level])
            if folder not in children:
                children[folder] = []
                children["/".join(parts[: level - 1])].append(len(entries))
                entries.append((folder, 1, None))
        children["/".join(parts[:-1])].append(len(entries))
        entries.append((path, 2, content))
    sectors: list[bytes] = []
    table: list[int] = []
    small, small_table = b"", list[int]()

    def store(content: bytes) -> int:
        """Append sectors and return the first."""
        first, count = len(sectors), -(-len(content) // _SECTOR)
        sectors.extend(content[at * _SECTOR : (at + 1) * _SECTOR].ljust(_SECTOR, b"\0") for at in range(count))
        table.extend([*range(first + 1, first + count), _END] if count else [])
        return first if count else _END

    places: dict[int, tuple[int, int]] = {}
    for at, (_, kind, content) in enumerate(entries):
        if kind == 2 and content is not None and len(content) < _CUTOFF:
            first, count = len(small_table), -(-len(content) // _SMALL)
            small_table += [*range(first + 1, first + count), _END] if count else []
            small += content.ljust(count * _SMALL, b"\0")
            places[at] = (first if count else _END, len(content))
        elif kind == 2 and content is not None:
            places[at] = (store(content), len(content))
    places[0] = (store(small), len(small))
    small_first = store(struct.pack(f"<{len(small_table)}I", *small_table).ljust(_SECTOR, b"\xff"))
    directory = b"".join(_entry(at, entries, children, places) for at in range(len(entries)))
    directory_first = store(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
    fat_at, count = len(sectors), -(-(len(sectors) + 8) // 128)
    table += [_FAT] * count
    fat = struct.pack(f"<{len(table)}I", *table).ljust(count * _SECTOR, b"\xff")
    sectors += [fat[at * _SECTOR : (at + 1) * _SECTOR] for at in range(count)]
    difat = [*range(fat_at, fat_at + count), *[_FREE] * (109 - count)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, count, directory_first, 0, _CUTOFF, small_first, 1, _END, 0)
    return (head + struct.pack("<109I", *difat) + b"".join(sectors)).ljust(_SECTOR, b"\0")


def _entry(
    at: int,
    entries: list[tuple[str, int, bytes | None]],
    children: dict[str, list[int]],
    places: dict[int, tuple[int, int]],
) -> bytes:
    path, kind, _ = entries[at]
    name = path.rsplit("/", 1)[-1].encode("utf-16-le")
    own = children.get("" if kind == 5 else path, []) if kind != 2 else []
    above = next((one for one in children.values() if at in one), [])
    following = above[above.index(at) + 1] if above and at != above[-1] else _FREE
    first, size = places.get(at, (0, 0))
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name) + 2, kind, 1, _FREE, following, own[0] if own else _FREE)
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )


def message(subject: str, sender: str, body: str, files: dict[str, bytes], *, page: str = "") -> bytes:
    """Return an Outlook message (.msg)."""
    wide = {"0037": subject, "0C1A": sender, "5D01": "z@x.example", "1000": body}
    streams = {f"__substg1.0_{name}001F": text.encode("utf-16-le") for name, text in wide.items() if text}
    if page:
        streams["__substg1.0_10130102"] = page.encode()
    sent = struct.pack("<HHIQ", 0x40, 0x39, 6, 134_254_368_000_000_000)
    streams["__properties_version1.0"] = bytes(32) + sent
    for at, (name, content) in enumerate(files.items()):
        folder = f"__attach_version1.0_#{at:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = name.encode("utf-16-le")
        streams[f"{folder}/__substg1.0_37010102"] = content
    return compound(streams)
