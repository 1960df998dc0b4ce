"""Convert .docx to .pdf with LibreOffice.

Its library is called (LibreOfficeKit), not the program `soffice`: that one opens a socket in /tmp before it reads a word, and so could not live
in a child that may write in its own folder alone. The library runs in a process of its own, so that a file which breaks it costs one refusal.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gongkai.lib.confined.confined_reader import request_larger_limits

#: The library, as distributors name it: in one piece, or the part that carries the entry.
LIBREOFFICE_LIBRARIES = ("libmergedlo.so", "libsofficeapp.so")


class ConversionFailed(Exception):
    """Raised when LibreOffice cannot convert a file."""


def find_libreoffice_library() -> Path | None:
    """Return the path of the LibreOffice library; None if it is not installed."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        return None
    folder = Path(program).resolve().parent
    return next((folder / name for name in LIBREOFFICE_LIBRARIES if (folder / name).is_file()), None)


def convert_to_pdf(data: bytes) -> bytes | None:
    """Return a .docx file as .pdf; None without LibreOffice.

    Macros are not run.

    Raises:
        ConversionFailed: LibreOffice does not manage it.
    """
    if (office := find_libreoffice_library()) is None:
        return None
    request_larger_limits("office")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "text.docx"), Path(folder, "made.pdf")
        source.write_bytes(data)
        command = [sys.executable, "-m", __name__, str(office), str(source), str(target)]
        try:  # nothing bounds its time but the limits of the child, which end both
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
            return target.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise ConversionFailed from error


def _get_method(thing: int, index: int, result_type: type | None, *argument_types: type) -> "ctypes._FuncPointer":
    """Return the method at index `index` of the vtable of a LibreOfficeKit object."""
    table = ctypes.cast(thing, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]
    return ctypes.CFUNCTYPE(result_type, ctypes.c_void_p, *argument_types)(table[index] or 0)


def _convert(office: str, source: str, target: str) -> bool:
    """Load a file in LibreOffice and save it as .pdf; return false if that fails."""
    hook = ctypes.CDLL(office).libreofficekit_hook_2
    hook.restype, hook.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    profile = Path(target).with_name("profile").as_uri()
    kit = hook(str(Path(office).parent).encode(), profile.encode())
    if not kit:
        return False
    document = _get_method(kit, 2, ctypes.c_void_p, ctypes.c_char_p)(kit, Path(source).as_uri().encode())
    if not document:
        return False
    save = _get_method(document, 2, ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p)
    return bool(save(document, Path(target).as_uri().encode(), b"pdf", b""))


if __name__ == "__main__":
    os._exit(0 if _convert(*sys.argv[1:4]) else 1)  # at once: the library's own way out may hang
