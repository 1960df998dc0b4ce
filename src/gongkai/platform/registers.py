"""恢复演练: the rehearsals of restoring from backups, as a register."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.platform import queries
from gongkai.platform.models import RestoreDrill
from gongkai.registers.columns import Column
from gongkai.registers.filters import Year
from gongkai.registers.register import Listing, Register


def _result(row: RestoreDrill) -> SafeString:
    shown = {"key": "green", "words": "完好"} if row.ok else {"key": "red", "words": "不能用"}
    return format_html("{} {}", render_to_string("ui/sign.html", shown), row.broken)


class Drills(Register[RestoreDrill]):
    """Rehearsals of restoring, the newest first; above them whether one is due."""

    name, model, title = "platform.drills", RestoreDrill, "恢复演练"
    section = (("网站运行", "platform:index"),)
    columns = (
        "at",
        Column("ok", "结果", cell=_result),
        "name",
        "made_at",
        "movements",
        "files",
        Column("broken", at=frozenset({"file"})),
    )
    filters = (Year("at"), "ok")
    has_record = False
    template = "platform/drills.html"
    empty = "还没有演练记录。"
    intro = (
        "每年至少演练一次：系统管理员在服务器上运行“gongkai backup verify 备份文件”，"
        "把备份恢复到临时数据库，核验流水、封存值、公开版本和文件，结果自动登记在这里。"
    )

    def beside(self, request: HttpRequest, listing: Listing[RestoreDrill]) -> Mapping[str, object]:
        """Return whether a rehearsal is due."""
        return {"due": queries.drill_due(timezone.localdate())}
