"""The forms of files that may be handed out, of the secrecy review, and of what the applicant adds."""

from django import forms

from gongkai.files.forms import OneFileField
from gongkai.ledger.forms import ActForm, FilesField
from gongkai.requests.actions.materials import machine_masked, standing
from gongkai.requests.actions.opening import WHY
from gongkai.requests.forms.base import OnForm, words
from gongkai.requests.machine import ACTS
from gongkai.requests.models import Verdict
from gongkai.requests.topics import TOPICS
from gongkai.ui.forms import choices_field


class SaidForm(ActForm):
    """A form with the provision above its fields."""

    verb = ""

    def prepare(self) -> None:
        """Say what bears on it."""
        row = ACTS[self.verb]
        self.intro = f"{row.text}（{row.law}）" if row.law else row.text


class AddMaterialsForm(SaidForm):
    """Which files."""

    verb = "add_materials"

    files = FilesField(
        label="材料", help_text="上传原件。含有不应当公开内容的，登记后再作遮盖；原件不对外提供。"
    )  # type: ignore[assignment]


class OneMaterialForm(SaidForm):
    """Which of them."""

    material = forms.TypedChoiceField(label="材料", coerce=int)

    def prepare(self) -> None:
        """Offer what can be chosen."""
        super().prepare()
        field = choices_field(self, "material")
        field.choices = [
            (material.pk, f"{material.name}{'（已有遮盖副本）' if material.masked_id else ''}")
            for material in standing(self.entry)
        ]


class MaskMaterialForm(OneMaterialForm):
    """By machine, or a copy masked by hand."""

    verb = "mask_material"

    keep = words(
        "不用遮盖的词语",
        required=False,
        hint="机器遮盖姓名、证件号码、电话、住址等个人信息；认定可以公开的，每行写一个。",
    )
    copy = OneFileField(
        label="人工遮盖的副本",
        required=False,
        help_text="商业秘密等机器看不出的内容，请自行遮盖后在这里上传；不选则由机器遮盖。",
    )  # type: ignore[assignment]


class UnmaskMaterialForm(OneMaterialForm):
    """Whose masked copy is taken away."""

    verb = "unmask_material"


class DropMaterialForm(OneMaterialForm):
    """Which one is not used."""

    verb = "drop_material"


class ReviewSecrecyForm(OnForm):
    """What the review says."""

    verb = "review_secrecy"
    at_times = ("basis", "opinion")

    verdict = forms.ChoiceField(label="审查结论", choices=Verdict, widget=forms.RadioSelect)
    basis = forms.CharField(
        label="依据", required=False, max_length=300, help_text="不得公开的，写明依据的条款。"
    )
    opinion = words(
        "审查意见",
        required=False,
        hint="结论不是“可以公开”，或者没有登记材料的须填写；没有登记材料的，写明审查了什么。",
    )

    def prepare(self) -> None:
        """Say what bears on it."""
        super().prepare()
        self.said = machine_masked(self.entry)


class SupplementForm(OnForm):
    """What the applicant adds by telephone, mail or at the counter."""

    verb = "supplement"

    text = words("补充的内容")


class SetTopicForm(SaidForm):
    """What it is about."""

    verb = "set_topic"

    topic = forms.ChoiceField(label="主题", choices=TOPICS)

    def prepare(self) -> None:
        """Begin with what is known."""
        super().prepare()
        self.initial = {"topic": self.entry.request.topic, **self.initial}


class CompileCaseForm(SaidForm):
    """Its title, comment and tags."""

    verb = "compile_case"

    title = forms.CharField(label="案例名称", max_length=120)
    comment = words("评析", rows=6, hint="焦点、理由、可以借鉴的做法。个人信息保存时自动隐去。")
    tags = forms.CharField(label="关键词", max_length=200, required=False, help_text="用空格分开。")


class OpenToAllForm(SaidForm):
    """Why, and what the item says."""

    verb = "open_to_all"

    why = forms.ChoiceField(label="理由", choices=list(WHY.items()), widget=forms.RadioSelect)
    title = forms.CharField(label="标题", max_length=200)
    text = words(
        "正文", rows=6, required=False, hint="起草后可以在信息页继续修改；申请人和个人信息自动隐去。"
    )
    with_files = forms.BooleanField(
        label="附上已提供给申请人的材料（部分公开的为遮盖副本）", required=False, initial=True
    )

    def prepare(self) -> None:
        """Begin with what is known; the words of the answer stand for change."""
        super().prepare()
        decision = self.entry.request.decided
        self.initial = {
            "title": self.entry.title[:200],
            "text": decision.told if decision else "",
            **self.initial,
        }


FORMS: dict[str, type[ActForm]] = {
    "add_materials": AddMaterialsForm,
    "mask_material": MaskMaterialForm,
    "unmask_material": UnmaskMaterialForm,
    "drop_material": DropMaterialForm,
    "review_secrecy": ReviewSecrecyForm,
    "supplement": SupplementForm,
    "set_topic": SetTopicForm,
    "compile_case": CompileCaseForm,
    "open_to_all": OpenToAllForm,
}
