"""The action that opens a file from outside."""

from gongkai.core.acts.action import ActionResult, action
from gongkai.core.acts.actors import Actor
from gongkai.core.intake import uploads
from gongkai.core.intake.matters import why_not_read
from gongkai.core.intake.models import Upload


def _check_file_handler(by: Actor, upload: Upload) -> list[str]:
    return why_not_read(by, upload.matter)


@action("intake.open_file", label="打开公众上传的文件", rule=_check_file_handler)
def open_file(upload: Upload, *, by: Actor) -> ActionResult:
    """Decrypt a file and log the access; the action's result is its bytes."""
    content = uploads.read(upload)
    return ActionResult(words="打开公众上传的文件", stream=upload.matter, facts={"file": upload.digest}, result=content)
