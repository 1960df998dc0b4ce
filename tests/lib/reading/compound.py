"""Write a minimal compound file (OLE) with one stream, as a substitute for an old Word file."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(name: str, data: bytes) -> bytes:
    """Return a compound file with one stream in its root, padded past the mini-stream size."""
    data = data.ljust(4096, b"\x00")
    sectors = -(-len(data) // SECTOR)
    fat_sectors = 1
    while (sectors + 1 + fat_sectors) > fat_sectors * 128:
        fat_sectors += 1
    chain = [FAT] * fat_sectors + [END] + [fat_sectors + 2 + n for n in range(sectors - 1)] + [END]
    chain += [FREE] * (fat_sectors * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 16
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fat_sectors, fat_sectors, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *range(fat_sectors), *([FREE] * (109 - fat_sectors)))
    directory = _entry("Root Entry", 5, FREE, END, 0, child=1) + _entry(
        name, 2, fat_sectors + 1, fat_sectors + 1, len(data)
    )
    directory = directory.ljust(SECTOR, b"\x00")
    return header + struct.pack(f"<{len(chain)}I", *chain) + directory + data.ljust(sectors * SECTOR, b"\x00")


def _entry(name: str, kind: int, _: int, start: int, size: int, child: int = FREE) -> bytes:
    encoded = name.encode("utf-16-le")
    out = encoded.ljust(64, b"\x00") + struct.pack("<HBB", len(encoded) + 2, kind, 1)
    out += struct.pack("<III", FREE, FREE, child) + b"\x00" * 36
    return out + struct.pack("<IQ", start, size)
