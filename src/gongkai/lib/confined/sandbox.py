"""Sandbox a child before it reads untrusted bytes.

Limits (setrlimit), no network and no programs (seccomp), no files but its own (Landlock).

Seccomp and Landlock need no rights and no library: three system calls. Numbers are those of the kernel's headers (`asm/unistd.h`, `linux/audit.h`,
`linux/landlock.h`); aarch64 and loongarch64 share one table.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class ResourceLimits:
    """Resource limits for one file.

    Attributes:
        seconds: processor time of each of its processes (RLIMIT_CPU), without what is spent within `confined_reader.count_as_recognition`.
        wall: seconds of wall time until all of them are killed.
        memory: bytes in addition to those of the template (RLIMIT_AS).
        written: bytes of the largest file it may write (RLIMIT_FSIZE); 0: none at all.
        files: open files (RLIMIT_NOFILE).
        starts: whether it may start programs and threads: LibreOffice, Tesseract, a recogniser.
        recognising: seconds of processor time within `confined_reader.count_as_recognition`.
    """

    seconds: int
    wall: int
    memory: int
    written: int = 0
    files: int = 64
    starts: bool = False
    recognising: int = 0


def _read_environment_number(name: str, default: int) -> int:
    value = os.environ.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and int(value) else default


#: An ordinary notice takes 1 to 3 seconds and 100 MB; the slowest of the samples 9 seconds. A machine may be given more by its administrator.
DEFAULT_CPU_SECONDS = _read_environment_number("GONGKAI_READING_SECONDS", 20)
DEFAULT_MEMORY_BYTES = _read_environment_number("GONGKAI_READING_MEMORY", 400) * MEGABYTE
#: A hostile file ends by its processor time, within half a minute. The wall is for a machine at its limit, where a harmless file waits longer than
#: it computes; a page waits less (`reading.WEB_PAGE_WAIT_SECONDS`).
DEFAULT_LIMITS = ResourceLimits(seconds=DEFAULT_CPU_SECONDS, wall=15 * DEFAULT_CPU_SECONDS, memory=DEFAULT_MEMORY_BYTES)
#: LibreOffice maps a gigabyte of programs and fonts before it has read a word, and needs seconds to begin.
OFFICE_LIMITS = ResourceLimits(
    2 * DEFAULT_CPU_SECONDS, 15 * DEFAULT_CPU_SECONDS, 2048 * MEGABYTE, 128 * MEGABYTE, 512, starts=True
)
#: A recogniser takes 3 to 5 seconds a page and loads models of 200 MB.
RECOGNISER_LIMITS = ResourceLimits(
    DEFAULT_CPU_SECONDS,
    15 * DEFAULT_CPU_SECONDS,
    2048 * MEGABYTE,
    64 * MEGABYTE,
    256,
    starts=True,
    recognising=11 * DEFAULT_CPU_SECONDS,
)
#: Limits that a reader may request by name once it knows the format of the file.
LARGER_LIMITS = {"office": OFFICE_LIMITS, "recogniser": RECOGNISER_LIMITS}


_LIBC = ctypes.CDLL(None, use_errno=True)
_X86_SYSCALLS = (
    "socket 41 connect 42 accept 43 bind 49 listen 50 accept4 288 clone 56 fork 57 vfork 58 execve 59 kill 62 ptrace 101 "
    "process_vm_readv 310 process_vm_writev 311 execveat 322 clone3 435 io_uring_setup 425 io_uring_enter 426 io_uring_register 427 bpf "
    "321 perf_event_open 298 userfaultfd 323 keyctl 250 add_key 248 request_key 249 mount 165 umount2 166 pivot_root 155 chroot 161 "
    "unshare 272 setns 308 open_by_handle_at 304 init_module 175 finit_module 313 delete_module 176 kexec_load 246 reboot 169 swapon "
    "167 fsopen 430 move_mount 429 open_tree 428 pidfd_getfd 438 pidfd_send_signal 424"
)
_GENERIC_SYSCALLS = (
    "socket 198 connect 203 accept 202 bind 200 listen 201 accept4 242 clone 220 execve 221 kill 129 ptrace 117 process_vm_readv 270 "
    "process_vm_writev 271 execveat 281 clone3 435 io_uring_setup 425 io_uring_enter 426 io_uring_register 427 bpf 280 perf_event_open "
    "241 userfaultfd 282 keyctl 219 add_key 217 request_key 218 mount 40 umount2 39 pivot_root 41 chroot 51 unshare 97 setns 268 "
    "open_by_handle_at 265 init_module 105 finit_module 273 delete_module 106 kexec_load 104 reboot 142 swapon 224 fsopen 430 "
    "move_mount 429 open_tree 428 pidfd_getfd 438 pidfd_send_signal 424"
)
#: Machine → its name in a filter (AUDIT_ARCH_…), its numbers, the number of seccomp(2)'s prctl being the same everywhere.
_FILTER_DATA_BY_MACHINE = {
    "x86_64": (0xC000003E, _X86_SYSCALLS),
    "aarch64": (0xC00000B7, _GENERIC_SYSCALLS),
    "loongarch64": (0xC0000102, _GENERIC_SYSCALLS),
}
#: System calls that LibreOffice and recognisers need: programs and threads. No sockets, not even local ones: the database listens on one.
_PROCESS_START_SYSCALLS = frozenset({"clone", "fork", "vfork", "execve", "kill"})
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_CLONE_THREAD = 0x00010000
_NEWUSER_NEWNET = 0x10000000 | 0x40000000


def enter_sandbox(limits: ResourceLimits, folder: str) -> str:
    """Sandbox this process irreversibly; return the network barrier in use: "seccomp", "namespace" or "python"."""
    _LIBC.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG: nobody outlives the template
    with contextlib.suppress(OSError):
        os.nice(5)
    _set_resource_limits(limits)
    _LIBC.prctl(38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
    _restrict_file_access(folder)
    if _install_seccomp_filter(limits):
        return "seccomp"
    if _LIBC.unshare(_NEWUSER_NEWNET) == 0:
        return "namespace"
    sys.addaudithook(_refuse_sockets_and_programs)
    return "python"


def _set_resource_limits(limits: ResourceLimits) -> None:
    """Set the process's resource limits; memory counts from what it already uses."""
    used_memory = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    bounds = {
        resource.RLIMIT_AS: used_memory + limits.memory,
        resource.RLIMIT_CPU: limits.seconds,
        resource.RLIMIT_FSIZE: limits.written,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_CORE: 0,
    }
    if not limits.starts:
        bounds[resource.RLIMIT_NPROC] = 0
    for name, most in bounds.items():
        # SIGXCPU first, then SIGKILL.
        hard = most + limits.recognising + 1 if name == resource.RLIMIT_CPU else most
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (most, hard))


def _refuse_sockets_and_programs(event: str, _: tuple[object, ...]) -> None:
    """Audit hook that refuses sockets and other programs."""
    if event.startswith("socket.") or event in (
        "subprocess.Popen",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.system",
    ):
        raise PermissionError(event)


def _install_seccomp_filter(limits: ResourceLimits) -> bool:
    """Install the seccomp filter; return false if the kernel or the machine lacks support."""
    machine = _FILTER_DATA_BY_MACHINE.get(platform.machine())
    if machine is None:
        return False
    words = machine[1].split()
    numbers = dict(zip(words[::2], map(int, words[1::2]), strict=True))
    program = list(_make_bpf_program(machine[0], numbers, limits))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in program))
    filter_ = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    return bool(_LIBC.prctl(22, 2, ctypes.c_char_p(filter_), 0, 0) == 0)  # PR_SET_SECCOMP, SECCOMP_MODE_FILTER


def _make_bpf_program(
    arch: int, numbers: dict[str, int], limits: ResourceLimits
) -> Iterable[tuple[int, int, int, int]]:
    """Yield the instructions of a BPF program that filters system calls by number and arguments.

    `numbers`: system calls by name.
    """
    load, equal, greater, any_bit, give = 0x20, 0x15, 0x35, 0x45, 0x06
    yield load, 0, 0, 4
    yield equal, 1, 0, arch
    yield give, 0, 0, _KILL
    yield load, 0, 0, 0
    yield greater, 0, 1, 0x40000000  # x32, which has numbers of its own
    yield give, 0, 0, _EPERM
    for name, number in numbers.items():
        if name == "clone3":  # its flags lie in memory; libraries fall back to clone
            yield equal, 0, 1, number
            yield give, 0, 0, _ENOSYS
        elif name == "clone" and not limits.starts:
            yield equal, 0, 4, number
            yield load, 0, 0, 16
            yield any_bit, 1, 0, _CLONE_THREAD
            yield give, 0, 0, _EPERM
            yield give, 0, 0, _ALLOW
        elif not (limits.starts and name in _PROCESS_START_SYSCALLS):
            yield equal, 0, 1, number
            yield give, 0, 0, _EPERM
    yield give, 0, 0, _ALLOW


#: Rights of Landlock's first version (`LANDLOCK_ACCESS_FS_*`): reading files; writing, making, removing anything.
_READ_ACCESS, _CHANGE_ACCESS = 1 << 2, (1 << 1) | sum(1 << bit for bit in range(4, 13))
#: Folders of programs and libraries: they contain no personal data.
_PROGRAM_FOLDERS = (
    *("/usr", "/lib", "/lib64", "/bin", "/opt", "/proc", "/sys", "/dev", "/etc/localtime", "/etc/fonts"),
    *(
        "/etc/ld.so.cache",
        "/etc/libreoffice",
        "/etc/alternatives",
        "/etc/passwd",
        "/etc/nsswitch.conf",
        "/etc/mime.types",
        "/var/cache/fontconfig",
    ),
)


def _restrict_file_access(folder: str) -> None:
    """Restrict file access by Landlock: read programs and libraries, write `folder`."""
    handled = struct.pack("=Q", _READ_ACCESS | _CHANGE_ACCESS)
    ruleset = _LIBC.syscall(444, ctypes.c_char_p(handled), len(handled), 0)
    if ruleset < 0:
        return
    fonts = os.environ.get("GONGKAI_FONTS", "")
    places = {*_PROGRAM_FOLDERS, sys.prefix, sys.base_prefix, *filter(None, [fonts, *sys.path])}
    for place in places:
        _allow_path(ruleset, place, _READ_ACCESS)
    _allow_path(ruleset, "/dev/null", _READ_ACCESS | 1 << 1)
    if folder:
        _allow_path(ruleset, folder, _READ_ACCESS | _CHANGE_ACCESS)
    _LIBC.syscall(446, ruleset, 0)
    os.close(ruleset)


def _allow_path(ruleset: int, place: str, rights: int) -> None:
    """Grant rights on a path in a Landlock ruleset; a missing path is skipped."""
    try:
        opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    file_rights = _READ_ACCESS | 1 << 1
    if not os.path.isdir(place):
        rights &= file_rights
    rule = struct.pack("=Qi", rights, opened)
    _LIBC.syscall(445, ruleset, 1, ctypes.c_char_p(rule), 0)
    os.close(opened)
