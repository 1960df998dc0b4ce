"""Block-wise encryption of files: decrypted completely or refused."""

import io

import pytest

from gongkai.core.vault import sealing
from gongkai.core.vault.keys import KeyRingError
from gongkai.core.vault.sealing import decrypt_blocks, encrypt_blocks


def encrypt_parts(*parts: bytes) -> tuple[bytes, str]:
    out = io.BytesIO()
    key, size = encrypt_blocks(parts, out)
    assert size == sum(map(len, parts))
    return out.getvalue(), key


@pytest.mark.parametrize("parts", [(), (b"",), (b"a" * 25,), (b"abc", b"", b"0123456789" * 3)])
def test_decrypted_content_equals_the_original(parts: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "MAX_BLOCK_BYTES", 10)
    data, key = encrypt_parts(*parts)
    assert b"".join(decrypt_blocks(io.BytesIO(data), key)) == b"".join(parts)
    assert b"0123456789" not in data


def test_truncated_or_rearranged_blocks_are_refused() -> None:
    data, key = encrypt_parts(b"first", b"second")
    length = 4 + int.from_bytes(data[:4], "big")
    first, second = data[:length], data[length : 2 * length]
    for broken in (b"", first, first + second, second + first, data[:-1], data.replace(first, second, 1)):
        with pytest.raises(KeyRingError):
            list(decrypt_blocks(io.BytesIO(broken), key))
    with pytest.raises(KeyRingError):
        list(decrypt_blocks(io.BytesIO(data), encrypt_parts(b"x")[1]))
