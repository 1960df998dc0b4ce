"""Recording a release through another channel."""

from datetime import datetime
from typing import Unpack

from django import forms
from django.core.exceptions import ValidationError

from gongkai.content.editions.files import TYPES, store
from gongkai.content.publishing.actions.channels import ahead
from gongkai.content.publishing.models import DisclosureChannel
from gongkai.core.acts.action import Refused
from gongkai.core.files.forms import OneFileField
from gongkai.core.files.kinds import clean_name
from gongkai.core.files.models import StoredFile
from gongkai.core.widgets.fields import Moment
from gongkai.core.widgets.forms import FormFacts, Posted, Sent


class ChannelForm(forms.Form):
    """Where, when, and what proves it."""

    channel = forms.ChoiceField(label="渠道", choices=DisclosureChannel.choices)
    name = forms.CharField(label="名称", max_length=120, help_text="账号、报刊或场所的名称，如：“云岭发布”微信公众号")
    at = Moment(label="发布时间")
    address = forms.URLField(label="链接", required=False, max_length=500, assume_scheme="https")
    proof = OneFileField(kinds=TYPES, label="佐证文件", required=False, help_text="没有链接时上传截图或照片")
    note = forms.CharField(label="说明", required=False, max_length=300)

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        kwargs.setdefault("auto_id", "channel_%s")
        super().__init__(data, files, **kwargs)

    def clean_at(self) -> datetime:
        """Return what is still to come is not recorded."""
        at: datetime = self.cleaned_data["at"]
        if why := ahead(at):
            raise ValidationError(why)
        return at

    def clean_proof(self) -> tuple[str, StoredFile] | None:
        """Store the file; what is wrong with it stands at the field."""
        upload = self.cleaned_data["proof"]
        if not upload:
            return None
        try:
            return clean_name(upload.name), store(upload, upload.name)
        except Refused as refused:
            raise ValidationError(refused.reasons) from refused
