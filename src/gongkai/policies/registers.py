"""上传原文: originals that wait for an import, as a register."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.http import HttpRequest

from gongkai.policies import actions
from gongkai.policies.models import WaitingFile
from gongkai.policies.rules import keeps
from gongkai.policies.views.common import writes_for
from gongkai.registers.columns import Column
from gongkai.registers.forms import Act
from gongkai.registers.register import Listing, Register
from gongkai.units.actors import Actor


class WaitingFiles(Register[WaitingFile]):
    """Originals that an imported spreadsheet names; above the list a form that takes several files at once."""

    name, model, title = "policies.files", WaitingFile, "上传原文"
    section = (("政策库", "policies:records"),)
    columns = (Column("name", "文件名"), "body", "note", "at")
    filters = ("body",)
    words = ("name", "note")
    has_record = False
    acts = (Act(action=actions.discard, label="删除", done="已删除。"),)
    empty = "还没有上传原文。没有原文也可以导入，以后再补。"
    template = "policies/files.html"

    def rows(self, by: Actor) -> QuerySet[WaitingFile]:
        """Return the originals of the units whose documents somebody sees, without their texts."""
        return super().rows(by).select_related("body").defer("html")

    def beside(self, request: HttpRequest, listing: Listing[WaitingFile]) -> Mapping[str, object]:
        """Return the units for which somebody uploads."""
        return {"bodies": [body for body in writes_for(listing.by) if not keeps(listing.by, body)]}
