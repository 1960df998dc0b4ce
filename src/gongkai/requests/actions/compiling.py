"""Making a case of a closed request (R-03): masked in the same step, so that nothing of whose it was comes along."""

from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.chinese import lazy_re as re
from gongkai.chinese.characters import HAN
from gongkai.intake.models import Party
from gongkai.ledger.models import Entry
from gongkai.ledger.rules import work
from gongkai.privacy import mask
from gongkai.requests.actions.acting import act, facts_of, needed
from gongkai.requests.models import Case, Request
from gongkai.requests.results import RESULTS

_APPLICANT, _THIRD = "申请人", "第三方"
_REGION = re.compile(rf"^[{HAN}]{{2,7}}?(?:省|自治区|市|州|县|区|旗|镇|乡)")
_LEGAL_FORM = re.compile(
    r"(?:集团)?(?:股份有限公司|有限责任公司|有限公司|股份公司|公司|专业合作社|合作社|集团|厂|店|所|中心)$"
)
#: What stands before the legal form and is left out where people speak of a firm: 晨光餐饮管理有限公司 is 晨光餐饮.
_BUSINESS = re.compile(r"(?:管理|服务|发展|科技|技术|咨询|贸易|实业|投资|控股|文化传播|工程)+$")


def short_names(name: str) -> list[str]:
    """Return how an organisation is called for short in running text, longest first: without its place, without its legal form.

    >>> short_names("云岭市恒达化工有限公司")
    ['恒达化工有限公司', '恒达化工公司', '恒达化工', '恒达公司']
    >>> short_names("晨光餐饮管理有限公司")
    ['晨光餐饮管理公司', '晨光餐饮公司', '晨光餐饮管理', '晨光餐饮', '晨光公司']
    """
    local = _REGION.sub("", name)
    core = _LEGAL_FORM.sub("", local)
    if core == local or len(core) < 2:
        return [local] if local != name and len(local) > 3 else []
    called = [core, _BUSINESS.sub("", core)]
    firms = [f"{short}公司" for short in called if len(short) > 1]
    found = [local, *firms, *(short for short in called if len(short) > 2), f"{core[:2]}公司"]
    return [short for short in dict.fromkeys(found) if short != name]


def masked(request: Request, text: str) -> str:
    """Return a text without what tells whose request it was: who asked, who was consulted, personal data, the number of the request."""
    names: dict[str, str] = {request.entry.number: "（编号略）"}
    for asked in request.consultations.filter(kind="third_party"):
        who = asked.who.reveal()
        names |= dict.fromkeys([who, *short_names(who)], _THIRD)
    for dispute in request.disputes.all():
        if dispute.number:
            names[dispute.number] = "（案号略）"
    party = Party.objects.filter(matter=request.matter, erased_at=None).first()
    for name in ("name", "representative", "contact_person"):
        if party and getattr(party, name):
            names[getattr(party, name).reveal()] = _APPLICANT
    for name, instead in sorted(names.items(), key=lambda pair: -len(pair[0])):
        text = text.replace(name, instead) if len(name) > 1 else text
    # “申请人张某” has become “申请人申请人”.
    return mask(re.sub(rf"({_APPLICANT}|{_THIRD})\1+", r"\1", text))[0]


def _no_case_yet(entry: Entry) -> list[str]:
    return ["已经编为案例。"] if Case.objects.filter(request=entry.pk).exists() else []


@act("compile_case", ready=_no_case_yet)
def compile_case(entry: Entry, *, by: Actor, title: str, comment: str, tags: str = "") -> ActionResult:
    """Make a case of a request that was decided, with a comment; the result is the case."""
    request = facts_of(entry)
    decision = request.decided
    if decision is None:
        raise Refused("没有作出答复的申请不编为案例。")
    disputes = [
        f"{dispute.get_kind_display()}：{dispute.get_result_display() or '尚未审结'}。{dispute.finding}"
        for dispute in request.disputes.all()
    ]
    made = Case.objects.create(
        request=request,
        body=entry.body,
        year=decision.decided_on.year,
        title=masked(request, needed(title, "请填写案例名称。", 4))[:120],
        wanted=masked(request, request.content.reveal()),
        result=decision.result,
        law=RESULTS[decision.result].law,
        ground=masked(request, decision.ground),
        dispute=masked(request, "\n".join(disputes)),
        comment=masked(request, needed(comment, "请写评析：焦点、理由、可以借鉴的做法。", 10)),
        tags=masked(request, " ".join(tags.split()))[:200],
        by=by.name,
    )
    return ActionResult(words=f"编为案例：{made.title}", facts={"case": made.pk}, result=made)


def _wrote(by: Actor, case: Case) -> list[str]:
    return work(by, Entry.objects.select_related("body").get(pk=case.request_id))


@action("requests.revise_case", label="修改案例", rule=_wrote)
def revise_case(case: Case, *, by: Actor, title: str, comment: str, tags: str = "") -> ActionResult:
    """Change title, comment and tags, masked again."""
    request = Request.objects.select_related("entry").get(pk=case.request_id)
    case.title = masked(request, needed(title, "请填写案例名称。", 4))[:120]
    case.comment = masked(request, needed(comment, "请写评析。", 10))
    case.tags = masked(request, " ".join(tags.split()))[:200]
    case.save(update_fields=["title", "comment", "tags", "at"])
    return ActionResult(words="修改案例", stream=f"entry/{case.request_id}", facts={"case": case.pk})


@action("requests.withdraw_case", label="撤下案例", rule=_wrote)
def withdraw_case(case: Case, *, by: Actor, words: str) -> ActionResult:
    """Take a case out of the compilation, with a reason."""
    why = needed(words, "请写明撤下的原因。")
    case.withdrawn = True
    case.save(update_fields=["withdrawn"])
    return ActionResult(words=f"撤下案例：{why}", stream=f"entry/{case.request_id}", facts={"case": case.pk})
