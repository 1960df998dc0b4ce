"""The exception of this package, and Chinese texts for operating system errors."""

import errno


class LawError(ValueError):
    """Malformed input or an act that the law does not allow; one line in Chinese."""


_ERROR_TEXTS = {
    errno.ENOENT: "文件不存在",
    errno.EISDIR: "这是一个目录",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.ENAMETOOLONG: "文件名过长",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
}


def describe_os_error(error: Exception) -> str:
    """Return the reason in Chinese why a file could not be read or written."""
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码"
    if isinstance(error, OSError):
        return _ERROR_TEXTS.get(error.errno or 0) or error.strerror or "读写出错"
    return "文件名或内容有误"
