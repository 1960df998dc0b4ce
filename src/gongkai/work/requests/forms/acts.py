"""Field declarations of the forms for acts on requests.

Order and required fields follow from the action's signature, labels from the models.
"""

from django import forms

from gongkai.core.files.forms import FilesField, OneFileField
from gongkai.core.intake.forms.people import PhoneField
from gongkai.core.intake.forms.previews import keep_reason_field
from gongkai.core.ledger.forms import register_entry_acts
from gongkai.core.ledger.forms.acts import HandOverForm
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms.base import LinesField
from gongkai.core.units.forms.units import UnitField
from gongkai.core.units.models import Body
from gongkai.core.units.queries import filter_staffed_units
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.work.requests import actions
from gongkai.work.requests.actions.corrections import describe_unserved_notice
from gongkai.work.requests.actions.materials import find_machine_masking_warnings
from gongkai.work.requests.actions.reuse import DISCLOSURE_REASONS
from gongkai.work.requests.forms.base import (
    CaseForm,
    ConsultationForm,
    DisclosureForm,
    ExtensionForm,
    JointAnswerForm,
    RequestActForm,
    list_material_choices,
    list_merge_target_choices,
    list_opinion_choices,
    list_pending_consultation_choices,
    list_similar_request_choices,
    make_checkbox_field,
    make_day_field,
    make_radio_field,
    make_row_choice_field,
    make_text_area_field,
    make_text_field,
)
from gongkai.work.requests.forms.decision_forms import DecideForm, list_disclosure_steps, list_result_choices
from gongkai.work.requests.forms.fee_and_dispute_acts import COMPLAINT_ACTS, DISPUTE_ACTS, FEE_ACTS
from gongkai.work.requests.models import (
    Case,
    Complaint,
    Decision,
    Delivery,
    ProvisionForm,
    Request,
    SecrecyReview,
    SecrecyVerdict,
)
from gongkai.work.requests.results import REQUEST_RESULTS, WITHHOLDING_GROUNDS

_CONSULTATION_FIELDS = {
    "who": make_text_field("征求意见的对象", 120, required=True),
    "phone": PhoneField(
        required=False,
        help_text="加密保存。电话和电子邮箱都填写的，查询码发到对方邮箱，对方凭它和电话后四位在网上提出意见；没有邮箱的，意见书上的查询码只用来查看。",
    ),
    "email": forms.EmailField(
        label="电子邮箱", required=False, max_length=200, help_text="加密保存。填写的，另发邮件告知。"
    ),
    "wording": make_text_area_field(
        "告知对方的申请内容",
        rows=5,
        hint="意见书照此写明；申请人和其他人的姓名、电话、住址等自动隐去，对方自己的名称保留。",
    ),
    "kept_because": keep_reason_field(),
}
_WITHHELD_FIELD = forms.ChoiceField(
    label="不予公开的部分",
    required=False,
    choices=[("", "不是部分公开"), *WITHHOLDING_GROUNDS.items()],
    help_text="部分公开的须选择，写入答复书的依据。",
)
_GROUND_FIELD = make_text_area_field("理由", required=False, hint="除予以公开外都须说明理由。")
_CORRECTION_REASON_FIELD = make_text_area_field(
    "更正的理由", required=False, rows=2, hint="已经登记过收到日期、现在更正的填写。"
)

_PICTURES_EXAMINED_FIELD = make_checkbox_field(
    "图片已逐张看过，没有写明申请人", "材料是图片、扫描件或者含有图片的勾选。"
)
#: Acts that propose, decide and deliver the answer, with their form fields.
ANSWER_ACTS = (
    Act(
        action=actions.propose_result,
        fields=("result", "withheld", "ground", "told"),
        asks={
            "result": forms.ChoiceField(label="拟办结果"),
            "withheld": _WITHHELD_FIELD,
            "ground": _GROUND_FIELD,
            "told": make_text_area_field(
                "告知内容",
                required=False,
                hint="公开的内容或者获取的方式、途径和时间；不属于本机关负责的，告知负责的机关和联系方式。",
            ),
        },
        choices={"result": list_result_choices},
        at_times=("ground", "withheld"),
        said=list_disclosure_steps,
    ),
    Act(
        action=actions.decide_request,
        base=DecideForm,
        model=Decision,
        fields=(
            *("result", "withheld", "ground", "told", "form_given", "wishes_met", "override", "unfounded"),
            *("outside", "unasked", "already_public", "not_responsible", "on", "past"),
        ),
        choices={"result": list_result_choices},
        at_times=("ground", "withheld", "form_given", "wishes_met", "override", "unasked"),
        asks={
            "result": forms.ChoiceField(label="办理结果"),
            "withheld": _WITHHELD_FIELD,
            "ground": _GROUND_FIELD,
            "told": make_text_area_field(
                "告知内容", required=False, rows=5, hint="公开的内容或者获取的方式、途径和时间。"
            ),
            "form_given": forms.ChoiceField(
                label="实际提供方式",
                required=False,
                help_text="有拟提供的材料的须选择。",
                choices=[("", "不提供材料"), *ProvisionForm.choices],
            ),
            "wishes_met": make_text_field(
                "申请人要求的满足情况", 500, "申请人另有要求，或者提供方式与申请不同的须填写；写入答复书。"
            ),
            "override": make_text_field(
                "第三方不同意而公开的理由",
                500,
                "说明不公开会对公共利益造成重大影响，或者第三方的理由为什么不成立；写入告知第三方的文书。",
            ),
            "unfounded": make_checkbox_field("第三方的理由不成立（不勾选的，按公共利益告知）"),
            "outside": make_checkbox_field(
                "提供的部分不涉及第三方不同意公开的内容",
                "部分公开时，打开遮盖副本核对后勾选；勾选的不用填写上面的理由。",
            ),
            "unasked": make_text_field(
                "没有征求第三方意见的理由",
                500,
                "为保护第三方合法权益而不予公开（含部分公开）、没有书面征求其意见的须填写，如无法取得联系、第三方已书面表示不同意公开（《条例》第三十二条）；不写入答复书。",
            ),
            "already_public": make_checkbox_field(
                "已经主动公开，告知获取的方式、途径",
                "“予以公开”的依据写为《条例》第三十六条第（一）项；不勾选的为第（二）项。",
            ),
            "not_responsible": make_checkbox_field(
                "不属于本机关负责公开",
                "“本机关不掌握”的依据写为《条例》第三十六条第（五）项，能够确定负责机关的，请在“告知内容”写明其名称、联系方式；不勾选的为第（四）项：经检索，该信息不存在。",
            ),
        },
    ),
    Act(
        action=actions.record_delivery, model=Delivery, initial=lambda by, entry: {"route": entry.request.route_wanted}
    ),
    Act(
        action=actions.answer_similar_requests,
        asks={
            "others": forms.TypedMultipleChoiceField(
                label="相同的申请",
                coerce=int,
                widget=forms.CheckboxSelectMultiple,
                help_text="本单位办理中的申请，内容相近的在前；每件各出一份答复书，答复内容和提供的材料与本件相同，材料中有本件申请人信息的请先遮盖。",
            ),
            "wishes_met": make_text_field(
                "申请人要求的满足情况", 500, "申请人另有要求，或者提供方式与申请不同的须填写；写入答复书。"
            ),
            "looked_at": _PICTURES_EXAMINED_FIELD,
        },
        choices={"others": list_similar_request_choices},
        base=JointAnswerForm,
        at_times=("wishes_met",),
    ),
    Act(action=actions.issue_receipt, fields=None),
)
#: Acts that ask applicants, third parties and agencies, with their form fields.
CONSULTATION_ACTS = (
    Act(
        action=actions.ask_correction,
        asks={
            "items": make_text_area_field("需要补正的事项", hint="逐项说明怎样补正，只能告知一次。"),
            "days": WholeNumberField(label="补正期限（工作日）", min_value=1, max_value=60, initial=15),
        },
    ),
    Act(
        action=actions.accept_correction,
        fields=("wanted", "on", "past"),
        asks={"wanted": make_text_area_field("补正后的申请内容", rows=5)},
        said=describe_unserved_notice,
    ),
    Act(
        action=actions.record_notice_receipt,
        model=Delivery,
        asks={"on": make_day_field("申请人收到日期"), "reason": _CORRECTION_REASON_FIELD},
    ),
    Act(
        action=actions.extend_answer_period,
        base=ExtensionForm,
        asks={
            "days": WholeNumberField(label="延长的工作日", min_value=1),
            "reason": make_text_area_field("理由", rows=2),
        },
    ),
    *(
        Act(action=action, base=ConsultationForm, asks=_CONSULTATION_FIELDS)
        for action in (actions.ask_third_party, actions.ask_agency)
    ),
    Act(
        action=actions.record_consultation_receipt,
        asks={
            "consultation": make_row_choice_field("收到人"),
            "on": YearCheckedDateField(label="收到日期", help_text="签收之日；平常信函为与对方确认之日。"),
            "reason": _CORRECTION_REASON_FIELD,
        },
        choices={"consultation": list_pending_consultation_choices},
    ),
    Act(
        action=actions.record_party_opinion,
        fields=("consultation", "opinion", "reason", "on", "past"),
        asks={
            "consultation": make_row_choice_field("答复人"),
            "opinion": forms.ChoiceField(label="意见"),
            "reason": make_text_area_field("理由", required=False, hint="不同意公开的须填写。"),
        },
        choices={"consultation": list_pending_consultation_choices, "opinion": list_opinion_choices},
        at_times=("reason",),
    ),
    Act(action=actions.add_supplement, fields=("text", "on"), asks={"text": make_text_area_field("补充的内容")}),
    Act(
        action=actions.record_contact,
        asks={
            "way": forms.ChoiceField(
                label="方式", choices=[(way, way) for way in ("电话", "当面", "邮件", "短信", "信函")]
            ),
            "gist": make_text_area_field("要点", rows=2),
        },
    ),
)
#: Acts on files to hand out, with their form fields.
MATERIAL_ACTS = (
    Act(
        action=actions.add_materials,
        asks={
            "files": FilesField(
                label="材料", help_text="上传原件。含有不应当公开内容的，登记后再作遮盖；原件不对外提供。"
            )
        },
    ),
    Act(
        action=actions.mask_material,
        fields=("material", "keep", "copy"),
        asks={
            "material": make_row_choice_field("材料"),
            "keep": make_text_area_field(
                "不用遮盖的词语",
                required=False,
                hint="机器遮盖姓名、证件号码、电话、住址等个人信息；认定可以公开的，每行写一个。",
            ),
            "copy": OneFileField(
                label="人工遮盖的副本",
                required=False,
                help_text="商业秘密等机器看不出的内容，请自行遮盖后在这里上传；不选则由机器遮盖。",
            ),
        },
        choices={"material": list_material_choices},
    ),
    Act(
        action=actions.unmask_material,
        asks={"material": make_row_choice_field("材料")},
        choices={"material": list_material_choices},
    ),
    Act(
        action=actions.drop_material,
        asks={"material": make_row_choice_field("材料")},
        choices={"material": list_material_choices},
    ),
    Act(
        action=actions.review_secrecy,
        model=SecrecyReview,
        fields=("verdict", "basis", "opinion", "on"),
        asks={
            "verdict": make_radio_field("审查结论", SecrecyVerdict.choices),
            "basis": make_text_field("依据", 300, "不得公开的，写明依据的条款。"),
            "opinion": make_text_area_field(
                "审查意见",
                required=False,
                hint="结论不是“可以公开”，或者没有登记材料的须填写；没有登记材料的，写明审查了什么。",
            ),
        },
        at_times=("basis", "opinion"),
        said=find_machine_masking_warnings,
    ),
)
#: Acts that end, split or reopen a request, with their form fields.
ENDING_ACTS = (
    Act(action=actions.close_given_up_request, fields=("words",)),
    Act(
        action=actions.record_ending,
        fields=("words", "result", "on"),
        asks={
            "result": forms.ChoiceField(
                label="办理结果",
                choices=[(key, REQUEST_RESULTS[key].label) for key in REQUEST_RESULTS if key.startswith("3.6.")],
            )
        },
    ),
    Act(action=actions.withdraw_request),
    Act(
        action=actions.transfer_request,
        base=HandOverForm,
        asks={
            "body": UnitField(label="转给", queryset=Body.objects.none(), empty_label="请选择单位"),
            "words": make_text_area_field(
                "不属于本机关负责公开的理由", rows=2, hint="写入转办告知书（《条例》第三十六条第（五）项）。"
            ),
        },
        offers={"body": lambda by, entry: filter_staffed_units().exclude(pk=entry.body_id).order_by("path")},
    ),
    Act(
        action=actions.merge_request,
        asks={"into": forms.ChoiceField(label="并入的申请", help_text="同一申请人在本单位的另一件在办申请。")},
        choices={"into": list_merge_target_choices},
    ),
    Act(action=actions.undo_merger, asks={"words": make_text_area_field("撤销的理由", rows=2)}),
    Act(
        action=actions.split_request,
        asks={
            "pieces": LinesField(
                rows=6, most=5000, label="拆分后的各项内容", help_text="每行一项，每项成为一件申请，收到日期不变。"
            )
        },
    ),
    Act(action=actions.set_request_topic, initial=lambda by, entry: {"topic": entry.request.topic}),
    Act(
        action=actions.compile_case,
        base=CaseForm,
        model=Case,
        asks={
            "comment": make_text_area_field("评析", rows=6, hint="焦点、理由、可以借鉴的做法。个人信息保存时自动隐去。")
        },
    ),
    Act(
        action=actions.draft_item_from_answer,
        base=DisclosureForm,
        asks={
            "why": make_radio_field("理由", list(DISCLOSURE_REASONS.items())),
            "title": make_text_field("标题", 200, required=True),
            "text": make_text_area_field(
                "正文", rows=6, required=False, hint="起草后可以在信息页继续修改；申请人和个人信息自动隐去。"
            ),
            "with_files": make_checkbox_field("附上已提供给申请人的材料（部分公开的为遮盖副本）"),
            "looked_at": _PICTURES_EXAMINED_FIELD,
        },
        initial=lambda by, entry: {"with_files": True},
    ),
    Act(action=actions.archive_request),
)


def register_act_forms() -> None:
    """Register the forms for acts on requests and complaints."""
    register_entry_acts(
        *(*ANSWER_ACTS, *CONSULTATION_ACTS, *MATERIAL_ACTS, *ENDING_ACTS, *FEE_ACTS, *DISPUTE_ACTS),
        model=Request,
        base=RequestActForm,
        shared={
            "on": make_day_field("发生日期"),
            "past": make_checkbox_field(
                "补录：已经这样发生，按实际情况登记", "超过期限或者次序不合规定的，登记后予以标注，不影响期限的计算。"
            ),
            "words": make_text_area_field("说明", required=False, rows=2),
        },
    )
    register_entry_acts(*COMPLAINT_ACTS, model=Complaint)
