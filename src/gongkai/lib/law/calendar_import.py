"""Add a year to an office's calendar file, from the notice or a table."""

import os
import tempfile
from pathlib import Path

from gongkai.lib.law.calendar import Calendar, HolidayNotice, read_file, to_toml
from gongkai.lib.law.errors import LawError, describe_os_error
from gongkai.lib.law.holiday_notice import read_notice


def import_year(source: Path, target: Path) -> dict[str, object]:
    """Read a notice (.txt) or table (.toml) of a year and write it to a calendar file.

    Returns:
        The years read, how many days off and make-up days they have, and the file written.

    Raises:
        LawError: the source cannot be read or does not agree with itself, or the target cannot be written.
    """
    notices = read_file(source) if source.suffix.lower() == ".toml" else [_read_notice_text(source)]
    if not notices:
        raise LawError(f"{source} 中没有放假安排")
    kept = read_file(target) if target.exists() else []
    merged = Calendar([*kept, *notices]).notices
    _write_file(target, to_toml(merged))
    return {
        "years": [notice.year for notice in notices],
        "days_off": sum((days.last - days.first).days + 1 for notice in notices for days in notice.off),
        "makeup_days": sum(len(notice.work) for notice in notices),
        "file": str(target),
    }


def _read_notice_text(source: Path) -> HolidayNotice:
    try:
        return read_notice(source.read_text("utf-8-sig"), source.name)
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"不能读取 {source}：{describe_os_error(error)}") from error


def _write_file(target: Path, text: str) -> None:
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=target.name, delete=False
        ) as draft:
            draft.write(text)
        os.chmod(draft.name, 0o644)
        os.replace(draft.name, target)
    except OSError as error:
        raise LawError(f"不能写入 {target}：{describe_os_error(error)}") from error
