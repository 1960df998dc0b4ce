"""A provincial library of policy documents, and uploads to it, of the invented 云岭市."""

from datetime import date
from typing import Any

from gongkai.content.policies import actions
from gongkai.content.policies.models import PolicyRecord, Upload, UploadedScope, UpperLibrary
from gongkai.content.policies.queries.uploading import with_upload_stage
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body

TODAY = date(2026, 11, 20)  # a Friday
LIBRARY_SETTINGS: dict[str, Any] = {
    "name": "全省政策文件库",
    "covers": UploadedScope.NORMATIVE,
    "days": 5,
    "since": date(2026, 11, 2),
    "basis": "省政府办公厅关于集中公开行政规范性文件的通知",
}


def set_library(body: Body, by: Actor) -> UpperLibrary:
    """Configure the provincial library for a government."""
    made: UpperLibrary = actions.set_upper_library(body, by=by, **LIBRARY_SETTINGS)
    return made


def upload_stage(one: PolicyRecord) -> str:
    """Return a document's upload stage as the lists show it."""
    found = with_upload_stage(one)
    return found.place if found else "not covered"


def upload(one: PolicyRecord, by: Actor, **facts: Any) -> Upload:
    """Record an upload of today with a receipt."""
    given = {"on": TODAY, "standing": "in_force", "number": "省库〔2026〕12号", **facts}
    made: Upload = actions.record_upload(one, by=by, **given)
    return made
