"""Select the requirements of a lock that an installation on Debian 12 has, by architecture."""

import re

from packaging.markers import Marker

ARCHES = ("x86_64", "aarch64")
#: The Python version of Debian 12. Requirements of the lock for other versions are left out.
PYTHON_VERSION = "3.11.2"


def list_requirements(lock: str, arch: str) -> list[str]:
    """Return the requirements of a lock whose markers match an installation, without their markers."""
    target = {
        "python_full_version": PYTHON_VERSION,
        "python_version": PYTHON_VERSION.rpartition(".")[0],
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": arch,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    found = []
    for one in re.split(r"\n(?=\S)", lock.strip()):
        condition = re.search(r" ; ([^\\\n]*)", one)
        if not one.startswith("#") and (not condition or Marker(condition[1].strip()).evaluate(target)):
            found.append(re.sub(r" ; [^\\\n]*", " ", one))
    return found
