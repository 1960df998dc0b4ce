"""Record signatures given on paper, with their scan, and compare them before they count.

One person records the signature. The signer, or a second person who opened the scan, confirms it;
only then is it a `Signature` that can publish a text.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.rules import check_writer
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions import signing
from gongkai.content.reviewing.actions.publication import (
    find_companions,
    find_state_obstacles,
    get_frozen_text,
    make_publishing_callback,
    publication_blockers,
)
from gongkai.content.reviewing.approval_faults import WRITER_RECORDS_ERROR, find_sheet_faults
from gongkai.content.reviewing.cases import load_case
from gongkai.content.reviewing.models import PaperRecord, PaperSignatureState, Review, ReviewState, SignatureVerdict
from gongkai.content.reviewing.plan import ReviewStage
from gongkai.content.reviewing.required_reading import SCAN_PART
from gongkai.content.reviewing.scans import find_scan_errors
from gongkai.content.reviewing.signers import (
    SignerClash,
    StageParticipants,
    find_clashes,
    find_signer_clash_errors,
    get_participants,
    get_pending_stage,
    get_plan,
    get_role,
    get_writers,
    list_approving_signatures,
)
from gongkai.content.reviewing.stage_assignments import find_stranded_stages
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.ledger.past_records import COMPARING_ROLES
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders
from gongkai.core.units.actors import Actor, make_actor_of_person
from gongkai.core.units.another_person import is_among, list_registrations, with_covered_people
from gongkai.core.units.models import Body, Person, Role


def find_paper_obstacles(review: Review, by: Actor, person: Person) -> list[str]:
    """Return reasons against recording a person's signature on paper."""
    plan = get_plan(review)
    stage = get_pending_stage(review, plan)
    if stage is None:
        return ["各级审签已经完成。"]
    signed = list_approving_signatures(review)
    body = Body.objects.get(pk=review.body_id)
    signer = _make_signer(person, stage, body)
    covered = (*(by.acts_for - {person.pk}), *signer.acts_for)
    participants = StageParticipants(review.stage, person.pk, person.user_id, by.person_id, by.user_id, covered=covered)
    clashes = _find_stage_clashes(review, participants)
    reasons = []
    if by.person_id is None:
        reasons.append("登记须由任职的人员本人办理。")
    elif SignerClash.OWN in clashes:
        reasons.append("不能登记本人的签批（含别人在您的岗位上代签的），请直接审签。")
    others = [get_participants(signature) for signature in signed]
    if SignerClash.RECORDER_SIGNED in clashes or is_among(by, set().union(*(one.signers for one in others))):
        reasons.append("您已审签过这次送审，登记须由其他人办理。")
    if not get_role(signer, stage.roles, body):
        reasons.append(f"{person.name}没有{stage.name}的审签角色（{stage.role_labels}）。")
    barred = find_signer_clash_errors(review, plan, signed, signer, first=review.stage == 0)
    barred = barred or find_stranded_stages(review, plan, signed, signer)
    return reasons + [reason.replace("您", person.name, 1) for reason in barred]


def _make_signer(person: Person, stage: ReviewStage, body: Body) -> Actor:
    """Return a person as the actor who signs a stage, named with the holder of the post used: 黄秋菊（代吕志远）."""
    return make_actor_of_person(person).named_for(lambda actor: bool(get_role(actor, stage.roles, body)))


def _find_stage_clashes(review: Review, participants: StageParticipants) -> set[SignerClash]:
    """Return how the participants of a stage clash with the authors or other stages (one person twice)."""
    others = [get_participants(signature) for signature in list_approving_signatures(review)]
    plan = get_plan(review)
    return find_clashes(
        participants, others, get_writers(review), drafter_first=plan.drafter_first, same=list_registrations
    )


def find_record_errors(review: Review, by: Actor, signed_on: date, scan: StoredFile, scan_name: str) -> list[str]:
    """Return reasons against a record of a signature on paper: an author records it, its day, or its scan."""
    reasons = []
    if _is_writer(review, by):
        reasons.append(WRITER_RECORDS_ERROR)
    if signed_on > timezone.localdate():
        reasons.append("签批日期不能晚于今天。")
    if signed_on < timezone.localdate(review.submitted_at):
        reasons.append("签批日期不能早于送审之日：签批的须是送审的这一稿。")
    return [*reasons, *find_scan_errors(scan, scan_name, "签批件")]


def _is_writer(review: Review, by: Actor) -> bool:
    """Return true if the actor is among the authors of what is reviewed."""
    writers = get_writers(review)
    return is_among(by, writers.people, writers.accounts)


def find_pending_record(review: Review) -> PaperRecord | None:
    """Return the recorded paper signature of the pending stage that a second person must still compare, or None."""
    if review.state not in OPEN_STATES:
        return None
    rows = PaperRecord.objects.filter(review=review, stage=review.stage, state=PaperSignatureState.WAITING)
    return rows.select_related("person", "scan").first()


def find_recorders(record: PaperRecord) -> set[int | None]:
    """Return the keys of a paper signature's recorder and the persons whose posts were used, without the signer."""
    stream, names = record.review.source, ["publishing.record_signature"]
    return with_covered_people([record.recorder_person], stream, names, paper_record=record.pk) - {record.person_id}


def get_recorder(record: PaperRecord) -> Actor:
    """Return the actor who recorded a signature, with the posts used."""
    acts_for = frozenset(n for n in find_recorders(record) if n is not None) - {record.recorder_person}
    person, account = record.recorder_person, record.recorder_account
    return Actor(record.recorder, person_id=person, user_id=account, acts_for=acts_for)


def list_refused_records(review: Review, person: Person | None = None) -> list[PaperRecord]:
    """Return the refused paper signatures of the stage, and those of a person on any draft."""
    rows = PaperRecord.objects.filter(review__source=review.source, state=PaperSignatureState.REFUSED)
    return list(rows.filter(Q(review=review, stage=review.stage) | Q(person=person)).select_related("person"))


def describe_refusal(record: PaperRecord) -> str:
    """Return a sentence on the refusal of a recorded paper signature: person, time and reason."""
    return f"{record.decided_by}于{timezone.localdate(record.decided_at)}对{record.person.name}的签批不予登记，理由“{record.reason.rstrip('。')}”"


def is_denied_by_signer(review: Review, person: Person) -> bool:
    """Return true if a signer denied a recorded signature of the stage, or this person one on any draft."""
    for record in list_refused_records(review, person):
        moved = Movement.objects.filter(stream=review.source, action="publishing.refuse_paper")
        decided = moved.filter(facts__paper_record=record.pk).values_list("person_id", flat=True)
        if not list_registrations(record.person_id).isdisjoint(decided):
            return True
    return False


def scan_part(record: PaperRecord) -> tuple[str, str]:
    """Return (part, digest) under which the opening of a record's scan is stored."""
    return (f"{SCAN_PART}{record.pk}", record.scan_id)


def find_comparing_obstacles(by: Actor, review: Review) -> list[str]:
    """Return reasons against confirming the pending record: none is pending, or the actor may not.

    Its recorder, authors, and persons outside the unit and its 政务公开办 may not; after a denial only the signer may.
    """
    record = find_pending_record(review)
    if record is None:
        return ["没有待核对的纸质签批。"]
    if is_among(by, find_recorders(record), [record.recorder_account]):
        return ["这份纸质签批由您登记，须由签批人本人或者另一人打开签批件核对。"]
    if _is_writer(review, by):
        return ["您参与了这条信息的起草或送审，纸质签批须由签批人本人或者其他人核对。"]
    signs = is_among(by, [record.person_id])
    if not signs and is_denied_by_signer(review, record.person):
        return ["签批人本人已对这一级的纸质签批“不予登记”：再登记的只能由签批人本人核对，或者由签批人直接审签。"]
    body = Body.objects.get(pk=review.body_id)
    staff = by.has(*COMPARING_ROLES, body_id=body.pk) or by.reaches(Role.CHIEF, path=body.path)
    if staff or signs:
        return []
    return [f"由签批人本人、{body.label}的其他工作人员或者政务公开办核对。"]


def _check_refuser(by: Actor, review: Review) -> list[str]:
    """Return the Chinese reasons why the actor may not refuse a record: only its recorder and its confirmers may."""
    record = find_pending_record(review)
    own = record is not None and is_among(by, find_recorders(record), [record.recorder_account])
    return [] if own else find_comparing_obstacles(by, review)


def list_comparers(review: Review, recorder: Actor, signer: Person) -> list[Person]:
    """Return the persons with a login allowed to compare a record with its scan.

    The signer comes first, then staff of the unit, else the 政务公开办 above it. If a signer denied a
    record before, only the signer may.
    """
    posts = [NotifiedPost(str(role), review.body_id) for role in COMPARING_ROLES]
    roster = PostHolders.read([*posts, NotifiedPost(str(Role.CHIEF), review.body_id)])
    wrote = get_writers(review).people | {recorder.person_id, *recorder.acts_for - {signer.pk}}
    barred = set().union(*(list_registrations(number) for number in wrote if number is not None))

    def list_active_persons(numbers: set[int]) -> list[Person]:
        rows = Person.objects.filter(pk__in=numbers - barred, active=True, user__is_active=True)
        return list(rows.order_by("name", "pk"))

    if is_denied_by_signer(review, signer):
        return list_active_persons({signer.pk})
    staff = {row.person_id for post in posts for row in roster.held.get((post.role, post.body_id), [])}
    persons = list_active_persons(staff - {signer.pk}) or list_active_persons(
        roster.persons(NotifiedPost(str(Role.CHIEF), review.body_id)) - {signer.pk}
    )
    return [*list_active_persons({signer.pk}), *persons]


def _open_scan(review: Review, *, by: Actor, scan: StoredFile, scan_name: str, **_: object) -> Mapping[str, object]:
    """Open the scan before the transaction begins (its result is cached), and return no further arguments."""
    find_scan_errors(scan, scan_name, "签批件")
    return {}


@action(
    "publishing.record_signature",
    label="登记纸质签批",
    rule=check_writer,
    ready=find_state_obstacles,
    ahead=_open_scan,
    quiet=True,
)
def record_signature(
    review: Review,
    *,
    by: Actor,
    person: Person,
    signed_on: date,
    scan: StoredFile,
    scan_name: str,
    words: str = "",
    effects_named: bool = False,
) -> ActionResult:
    """Record a signature for the pending stage that was given on paper or in an office system.

    The signature counts after the signer or a second person compared it (`confirm_paper`). The recorder is
    neither a signer nor an author; the day is between submission and today; the scan is a picture or PDF.
    `effects_named`: the signed paper names the effects as well as the text (`required_reading.EFFECT`).
    """
    reasons = [*find_paper_obstacles(review, by, person), *find_record_errors(review, by, signed_on, scan, scan_name)]
    reasons = reasons or _find_text_obstacles(review)
    effects = required_reading.describe_signed_effects(review)
    if effects and not effects_named:
        reasons.append(f"请核对签批件上写明了“{'”“'.join(effects)}”，并勾选。")
    if find_pending_record(review):
        reasons.append("这一级已登记的纸质签批还在等待核对，请先核对或者不予登记。")
    comparers = [] if reasons else list_comparers(review, by, person)
    if not reasons and not comparers:
        reasons.append("没有第二个人可以核对这份签批：请先为签批人或者本单位另一人开通账号，再登记。")
    if reasons:
        raise Refused(reasons)
    record = PaperRecord.objects.create(
        review=review,
        stage=review.stage,
        person=person,
        signed_on=signed_on,
        scan=scan,
        scan_name=scan_name.strip()[-200:],
        words=words.strip()[:500],
        recorder=by.name,
        recorder_person=by.person_id,
        recorder_account=by.user_id,
    )
    return ActionResult(
        words=f"登记{person.name}的纸质签批，待核对",
        facts={"paper_record": record.pk, "on": signed_on.isoformat(), "scan": scan.pk, "person": person.pk},
        tell=_make_comparison_requests(review, record, comparers),
        stream=review.source,
        result=record,
    )


def _find_text_obstacles(review: Review) -> list[str]:
    """Return reasons against another signature on the text: changed effects, a faulty secrecy sheet, gates."""
    text, case = get_frozen_text(review), load_case(review)
    reasons = required_reading.find_changed_effects(review, text)
    final = len(case.signed) + 1 == len(case.plan.stages)
    if not reasons and final and review.state == ReviewState.WAITING:
        reasons = find_sheet_faults(case)
    return reasons or ([] if final and not find_companions(text) else list(publication_blockers(text)))


def _make_comparison_requests(review: Review, record: PaperRecord, comparers: list[Person]) -> tuple[Notification, ...]:
    """Return the request to the signer, with or without a login, and to persons who may compare the record with its scan."""
    text = f"{record.recorder}登记{record.person.name}于{record.signed_on}对这条信息的纸质签批。"
    link, key = signing.review_url(review), f"review/{review.pk}/paper/{record.pk}"
    refused = "；".join(map(describe_refusal, list_refused_records(review, record.person)))
    text += f"此前的登记：{refused}。" if refused else ""
    others = tuple(comparer.pk for comparer in comparers if comparer.pk != record.person_id)
    return (
        Notification(
            subject=f"已登记您的纸质签批，请核对：{review.title}"[:200],
            body=f"{text}核对无误后生效；不是您签的，请“不予登记”，或者联系政务公开办。",
            link=link,
            key=f"{key}/signer",
            persons=(record.person_id,),
        ),
        Notification(
            subject=f"请核对纸质签批：{review.title}"[:200],
            body=f"{text}请打开签批件核对签批人、日期和信息，核对后生效。",
            link=link,
            key=key,
            persons=others,
        ),
    )


@action("publishing.confirm_paper", label="核对无误", rule=find_comparing_obstacles, ready=find_state_obstacles)
def confirm_paper(review: Review, *, by: Actor, record: int) -> ActionResult:
    """Confirm the pending record after opening its scan: it becomes the signature of the stage.

    Args:
        review: the review.
        by: the signer, or a second person who neither recorded the signature nor wrote the text.
        record: the primary key of the record that was compared.
    """
    pending = _require_pending(review, record)
    opened = required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())
    if scan_part(pending) not in opened:
        raise Refused("请先打开签批件，对照签批人、日期和这条信息，再“核对无误”。")
    recorder = get_recorder(pending)
    if reasons := find_paper_obstacles(review, recorder, pending.person) or _find_text_obstacles(review):
        raise Refused(reasons)
    text, case = get_frozen_text(review), load_case(review)
    final = len(case.signed) + 1 == len(case.plan.stages)
    publishes = final and not find_companions(text)
    stage = case.plan.stages[review.stage]
    signer = _make_signer(pending.person, stage, text.source.unit)
    signature = signing.write_signature(
        review,
        case.plan,
        by,
        role=get_role(signer, stage.roles, text.source.unit),
        verdict=SignatureVerdict.YES,
        words=pending.words,
        signer=(signer.name, pending.person_id, pending.person.user_id),
        paper={
            "signed_on": pending.signed_on,
            "recorder": pending.recorder,
            "recorder_id": pending.recorder_person,
            "covered": sorted(recorder.acts_for | signer.acts_for),
            "confirmer": by.name,
            "confirmer_id": by.person_id,
            "scan": pending.scan_id,
            "scan_name": pending.scan_name,
        },
    )
    _close_record(pending, by, PaperSignatureState.CONFIRMED)
    step = signing.advance_review(case, signature, by, make_publishing_callback(text, case, by) if publishes else None)
    notification = Notification(
        subject=f"您的纸质签批已核对：{review.title}"[:200],
        body=f"{by.name}核对了您于{pending.signed_on}的{signature.stage_name}签批。不是您签的，请立即退回，或者联系政务公开办。",
        link=signing.review_url(review),
        key=f"review/{review.pk}/paper/{pending.pk}/confirmed",
        persons=(pending.person_id,),
    )
    facts = {"paper": pending.signed_on.isoformat(), "recorder": pending.recorder_person, "scan": pending.scan_id}
    return replace(step, facts={**step.facts, **facts, "paper_record": pending.pk}, tell=(*step.tell, notification))


@action("publishing.refuse_paper", label="不予登记", rule=_check_refuser, ready=find_state_obstacles, quiet=True)
def refuse_paper(review: Review, *, by: Actor, record: int, reason: str) -> ActionResult:
    """Discard the pending record that its scan does not support; its recorder may also withdraw it."""
    pending = _require_pending(review, record)
    reason = require_text(reason, "请写明不予登记的理由。", 2)
    _close_record(pending, by, PaperSignatureState.REFUSED, reason[:300])
    tell = Notification(
        subject=f"纸质签批不予登记：{review.title}"[:200],
        body=f"{by.name}：{pending.person.name}的纸质签批不予登记。{pending.reason}",
        link=signing.review_url(review),
        key=f"review/{review.pk}/paper/{pending.pk}/refused",
        persons=tuple(n for n in (pending.recorder_person, pending.person_id) if n is not None),
    )
    return ActionResult(
        words=f"{pending.person.name}的纸质签批不予登记：{pending.reason}",
        facts={"paper_record": pending.pk},
        tell=(tell,),
        stream=review.source,
    )


def _require_pending(review: Review, record: int) -> PaperRecord:
    """Return the review's pending paper record (Refused: it is another one, or handled already)."""
    pending = find_pending_record(review)
    if pending is None or pending.pk != record:
        raise Refused("这份纸质签批已经办理，请刷新页面查看结果。")
    return pending


def _close_record(record: PaperRecord, by: Actor, state: str, reason: str = "") -> None:
    """Close a record. Its words stay only with the signature, where law can erase them."""
    record.state, record.reason, record.words = state, reason, ""
    record.decided_by, record.decided_at = by.name, timezone.now()
    record.save()
