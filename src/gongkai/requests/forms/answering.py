"""The forms of proposing and deciding a result."""

from django import forms

from gongkai.ledger.forms import ActForm
from gongkai.ledger.models import Entry
from gongkai.requests.actions.deciding import objecting
from gongkai.requests.actions.materials import machine_masked, unreviewed
from gongkai.requests.forms.base import ClockForm, words
from gongkai.requests.models import Form
from gongkai.requests.queries.fees import unsettled
from gongkai.requests.results import DECIDED, DISCLOSED, GROUPS, PARTLY, RESULTS, WITHHELD

EMPTY = ("", "请选择")


def _results() -> list[tuple[str, object]]:
    """Return the results under the headings of table three."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in DECIDED:
        row = RESULTS[key]
        groups.setdefault(row.group if key.count(".") == 2 else "予以公开、部分公开", []).append(
            (key, row.label)
        )
    assert set(groups) >= set(GROUPS.values())
    return [EMPTY, *groups.items()]


def _withheld() -> forms.ChoiceField:
    """Return the field for why the part that is not disclosed is withheld."""
    return forms.ChoiceField(
        label="不予公开的部分",
        required=False,
        choices=[("", "不是部分公开"), *WITHHELD.items()],
        help_text="部分公开的须选择，写入答复书的依据。",
    )


def _to_give(entry: Entry) -> list[str]:
    """Return what is to be done first where something is to be disclosed."""
    return [f"予以公开、部分公开的：{one}" for one in unreviewed(entry)]


class ProposeForm(ActForm):
    """What the answer should be."""

    at_times = ("ground", "withheld")

    result = forms.ChoiceField(label="拟办结果", choices=_results)
    withheld = _withheld()
    ground = words("理由", required=False, hint="除予以公开外都须说明理由。")
    told = words(
        "告知内容",
        required=False,
        hint="公开的内容或者获取的方式、途径和时间；不属于本机关负责的，告知负责的机关和联系方式。",
    )

    def prepare(self) -> None:
        """Say what a disclosure needs before it can be decided."""
        super().prepare()
        self.said = _to_give(self.entry)


class DecideForm(ClockForm):
    """The result, filled in with what was proposed."""

    verb = "decide"
    at_times = ("ground", "withheld", "form_given", "wishes_met", "override", "unasked")

    result = forms.ChoiceField(label="办理结果", choices=_results)
    withheld = _withheld()
    ground = words("理由", required=False, hint="除予以公开外都须说明理由。")
    told = words("告知内容", required=False, rows=5, hint="公开的内容或者获取的方式、途径和时间。")
    form_given = forms.ChoiceField(
        label="实际提供方式",
        required=False,
        help_text="有拟提供的材料的须选择。",
        choices=[("", "不提供材料"), *Form.choices],
    )
    wishes_met = forms.CharField(
        label="申请人要求的满足情况",
        required=False,
        max_length=500,
        help_text="申请人另有要求，或者提供方式与申请不同的须填写。",
    )
    override = forms.CharField(
        label="第三方不同意而公开的理由",
        required=False,
        max_length=500,
        help_text="说明不公开会对公共利益造成重大影响，或者第三方的理由为什么不成立；写入告知第三方的文书。",
    )
    unfounded = forms.BooleanField(label="第三方的理由不成立（不勾选的，按公共利益告知）", required=False)
    outside = forms.BooleanField(
        label="提供的部分不涉及第三方不同意公开的内容",
        required=False,
        help_text="部分公开时，打开遮盖副本核对后勾选；勾选的不用填写上面的理由。",
    )
    unasked = forms.CharField(
        label="没有征求第三方意见的理由",
        required=False,
        max_length=500,
        help_text="为保护第三方合法权益而不予公开（含部分公开）、没有书面征求其意见的须填写，如无法取得联系、第三方已书面表示不同意公开（《条例》第三十二条）；不写入答复书。",
    )
    already_public = forms.BooleanField(
        label="已经主动公开，告知获取的方式、途径",
        required=False,
        help_text="“予以公开”的依据写为《条例》第三十六条第（一）项；不勾选的为第（二）项。",
    )

    def prepare(self) -> None:
        """Begin with what is known, ask only what this case needs and say what bears on it."""
        super().prepare()
        kept = self.entry.request.proposal
        asked = self.entry.request
        given = asked.form_wanted if asked.materials.filter(dropped=False).exists() else ""
        proposed = {name: kept[name] for name in ("result", "ground", "told", "withheld") if name in kept}
        self.initial = {"form_given": given, **proposed, **self.initial}
        if not objecting(self.entry).exists():
            del self.fields["override"], self.fields["unfounded"], self.fields["outside"]
        if asked.consultations.filter(kind="third_party").exists():
            del self.fields["unasked"]
        self.said = [*unsettled(self.entry), *machine_masked(self.entry), *_to_give(self.entry)]

    def clean(self) -> dict[str, object]:
        """Files go out in some form: that of the answer is said."""
        data = super().clean() or self.cleaned_data
        gives = data.get("result") in {DISCLOSED, PARTLY} and not data.get("past")
        if (
            gives
            and not data.get("form_given")
            and self.entry.request.materials.filter(dropped=False).exists()
        ):
            self.add_error("form_given", "有拟提供的材料，请选择实际提供方式；不提供的，请先“不再使用材料”。")
        return data


FORMS: dict[str, type[ActForm]] = {"propose": ProposeForm, "decide": DecideForm}
