"""Flags of a measure: questions about the parsed text. Pure."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law import default_calendar
from gongkai.lib.reading.tables.grid_normalization import UNEXPLAINED_SIGNS_MESSAGE
from gongkai.work.notices.planning.draft_rows import DraftMeasure, DraftUnit, find_named_year, list_remarks, to_flag
from gongkai.work.notices.planning.roles import (
    CHOICES_BY_FORM,
    FLAGGED_FORMS,
    LEAD,
    LEAD_IN_LIST,
    OWNER_CHOICES,
    PARTNER,
    RESPONSIBLE,
    SEPARATE_COLUMNS,
    UNIT_FORMS,
)
from gongkai.work.notices.planning.rules import FROM_ISSUE, find_last_day, normalize_rule

#: Field of the flag that asks which unit the notice belongs to; only an answer settles it.
NOTICE_OWNER_FIELD = "issuer"
# Field of the flag that asks who owes the rows of a form.
FORM_OWNER_FIELD = "owing"
#: Fields of flags that must be answered one by one, never settled together with others.
SINGLE_DECISION_FIELDS = frozenset({NOTICE_OWNER_FIELD, FORM_OWNER_FIELD})
_QUOTED_TEXT_PATTERN = re.compile(r"“[^”]*”")


def get_flag_kind(flag: Mapping[str, object]) -> str:
    """Return the message of a flag without its quotations; flags of one kind share it."""
    return _QUOTED_TEXT_PATTERN.sub("“…”", str(flag.get("message") or ""))


def needs_single_decision(flag: Mapping[str, object], *, plural: bool) -> bool:
    """Return true if a clerk must answer this question separately from others of its kind.

    It asks a question, or it multiplies tasks or columns. `plural` is true if the row names groups
    of units.
    """
    field = flag.get("field")
    opens = bool(flag.get("alone")) or "的上级栏目没有印出" in str(flag.get("message") or "")
    return field in SINGLE_DECISION_FIELDS or opens or (plural and field in {LEAD, RESPONSIBLE})


def flag_unknown_issuer(first_row: DraftMeasure, parsed: Mapping[str, object], issuer: object | None) -> DraftMeasure:
    """Return the first row, flagged if the printed issuer is not in the directory (`issuer` is None)."""
    printed = str(parsed.get("issuer") or "")
    if issuer is not None or not printed:
        return first_row
    words = (
        f"印发单位“{printed}”不在单位名录中，可能是其他地区的通知，请核对是否由本级单位落实；各区县、管委会等须逐一指明"
    )
    return replace(first_row, flags=(*first_row.flags, to_flag({"field": NOTICE_OWNER_FIELD, "message": words})))


def flag_foreign_issuer(first_row: DraftMeasure, unit: str, printed_issuer: str, *, ours: bool) -> DraftMeasure:
    """Return the first row of a unit's own notice, flagged if another body issued it.

    `unit` is the name of the unit, `printed_issuer` the issuer as printed; `ours` is true if they are the same.
    """
    if ours:
        return first_row
    issuer = f"印发单位“{printed_issuer}”不是{unit}" if printed_issuer else "没有读到印发单位"
    words = f"{issuer}：在这里导入只在{unit}内部交办，不代替上级的交办，请核对是不是{unit}自己的通知"
    return replace(first_row, flags=(*first_row.flags, to_flag({"field": NOTICE_OWNER_FIELD, "message": words})))


def flag_form_owners(
    drafts: Sequence[DraftMeasure],
    owner_choices: Mapping[str, str],
    resolve_unit_keys: Callable[[DraftUnit], frozenset[object]],
    stated_forms: Collection[str] = (),
    owner_quote: str = "",
) -> list[DraftMeasure]:
    """Return the rows; the first row of each form whose owners need a decision is flagged.

    Owners need one in rows changed by an earlier choice, and in rows with a named unit that would owe nothing.
    `owner_choices` maps a form to the choice in earlier notices; `resolve_unit_keys` resolves a printed unit;
    `stated_forms` are forms whose owner the notice states; `owner_quote` are words by which the lead owes a part.
    """
    flagged_rows = list(drafts)
    for form in (value for value in UNIT_FORMS if value not in stated_forms):
        earlier_choice = owner_choices.get(form, CHOICES_BY_FORM[form][0])
        rows = [
            n
            for n, draft in enumerate(flagged_rows)
            if draft.form == form
            and (
                earlier_choice != CHOICES_BY_FORM[form][0]
                or (form in FLAGGED_FORMS and _has_unit_without_duty(draft, resolve_unit_keys))
            )
        ]
        if not rows:
            continue
        first_row = flagged_rows[rows[0]]
        if earlier_choice == CHOICES_BY_FORM[form][0]:
            noted = f"通知写明“{owner_quote}”，" if owner_quote and form == SEPARATE_COLUMNS else ""
            question = f"{noted}{_OWNER_RULE_MESSAGES[form].format(len(rows))}，请选定由谁承担"
        else:
            question = (
                f"“{UNIT_FORMS[form]}”的有{len(rows)}行，上一份通知选定“{OWNER_CHOICES[earlier_choice]}”，"
                "暂按此读取，请选定由谁承担"
            )
        flagged_rows[rows[0]] = replace(
            first_row,
            flags=(*first_row.flags, to_flag({"field": FORM_OWNER_FIELD, "message": question}) | {"form": form}),
        )
    return flagged_rows


_OWNER_RULE_MESSAGES = {
    SEPARATE_COLUMNS: "牵头单位和责任单位分别列出，有{}行的牵头单位没有同时列为责任单位，暂按责任单位承担、牵头单位审核读取",
    LEAD_IN_LIST: "几个单位列在一栏、第一个或者写明的一个牵头的有{}行，暂按牵头的承担、其余配合读取",
}


def _has_unit_without_duty(draft: DraftMeasure, resolve_unit_keys: Callable[[DraftUnit], frozenset[object]]) -> bool:
    """Return true if a lead or other named unit of a row has no duty."""
    if draft.form == LEAD_IN_LIST:
        return any(unit.part == PARTNER and not unit.helps for unit in draft.units)
    doing = [resolve_unit_keys(unit) for unit in draft.units if unit.part == RESPONSIBLE]
    leading = [resolve_unit_keys(unit) for unit in draft.units if unit.part == LEAD]
    return bool(doing) and not draft.lead_owes and not frozenset().union(*leading) <= frozenset().union(*doing)


def flag_learnt_answers(first_row: DraftMeasure, heads: Mapping[str, str], names: Mapping[str, str]) -> DraftMeasure:
    """Return the first row, flagged if headings or names are read by an earlier answer.

    `heads` maps a printed heading to the label of its learnt meaning, `names` a printed name to its learnt unit.
    """
    answers = [f"表头“{head}”读作“{meaning}”" for head, meaning in heads.items()]
    answers += [f"“{printed}”指“{unit}”" for printed, unit in names.items()]
    if not answers:
        return first_row
    question = f"以前核对时的答案用到了这份通知：{'；'.join(answers)}。请核对，不对的请在“表头”或者那一行更正"
    return replace(
        first_row, flags=(*first_row.flags, to_flag({"field": None, "message": question}) | {"alone": bool(heads)})
    )


def flag_unknown_year(first_row: DraftMeasure, parsed: Mapping[str, object], year: int) -> DraftMeasure:
    """Return the first row, flagged if the notice does not state its year."""
    if find_named_year(parsed) is not None:
        return first_row
    words = f"标题、日期、文号和时限都没有写明年份，暂按{year}年度设立任务，请核对年度和印发日期"
    return replace(first_row, flags=(*first_row.flags, to_flag({"field": None, "message": words})))


def make_rule_key(rule: Mapping[str, object]) -> str:
    """Return a rule as a canonical string; equal rules have equal keys."""
    return json.dumps(normalize_rule(rule), ensure_ascii=False, sort_keys=True)


def flag_parent_deadlines(
    draft: DraftMeasure, issued: date | None, above: Mapping[str, date]
) -> Iterator[dict[str, object]]:
    """Yield a flag for each deadline from the date of issue that ends after the same deadline of the parent.

    `above` maps the key of a parent's rule to its last day.
    """
    for duty in draft.duties:
        theirs = above.get(make_rule_key(duty.due)) if duty.due.get("counts_from") == FROM_ISSUE else None
        ours = find_last_day(duty.due, issued.year, issued=issued) if issued else None
        if theirs and ours and ours > theirs:
            words = f"“{duty.due.get('text')}”自本通知印发之日起算为{ours}，依据的上级通知自其印发之日起算为{theirs}，请核对以哪一天为准"
            yield to_flag({"field": "duties", "message": words})


def flag_misspelt_paths(draft: DraftMeasure, misspelt: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """Yield a flag for each column name with a probable typo; `misspelt` maps it to the correction."""
    level_names = (name for duty in draft.duties for path in duty.paths for name in path)
    for name in dict.fromkeys(value for value in level_names if value in misspelt):
        question = f"公开路径中的栏目“{name}”疑有错字，应为“{misspelt[name]}”，请核对"
        yield to_flag({"field": "duties", "message": question})


def flag_deadlines(draft: DraftMeasure, issued: date | None) -> Iterator[dict[str, object]]:
    """Yield flags for months without a start, and for working days beyond the published calendar."""
    for duty in draft.duties:
        if duty.due.get("kind") == "months" and not (duty.due.get("after") or duty.due.get("counts_from")):
            words = f"“{duty.due.get('text')}”没有写明从什么事项起算，确认前须补充，或者删除这一项要求"
            yield to_flag({"field": "duties", "message": words})
        if issued is None or duty.due.get("kind") != "working_days" or duty.due.get("counts_from") != FROM_ISSUE:
            continue
        day = find_last_day(duty.due, issued.year, issued=issued)
        if day and not default_calendar().covers(issued, day):
            words = f"“{duty.due.get('text')}”推算为{day}，{day.year}年的放假安排还没有录入，请核对"
            yield to_flag({"field": "duties", "message": words})


def merge_repeated_questions(drafts: Sequence[DraftMeasure]) -> list[DraftMeasure]:
    """Return the rows; a question that several rows share stays only in the first, which lists all of them.

    Questions on units and on the task itself stay in each row.
    """
    drafts = _join_new_column_flags(drafts)
    rows_by_flag: dict[tuple[object, object], list[int]] = {}
    for index, draft in enumerate(drafts):
        if draft.preamble or draft.dropped:
            continue
        for flag in draft.flags:
            if _is_answered_once(flag):
                rows_by_flag.setdefault((flag.get("field"), flag.get("message")), []).append(index)
    shared_rows_by_flag = {key: rows for key, rows in rows_by_flag.items() if len(rows) > 1}
    return [
        replace(draft, flags=tuple(_deduplicate_shared_flags(draft, index, shared_rows_by_flag)))
        for index, draft in enumerate(drafts)
    ]


# Columns that the site does not have, each asked at its row; together they are one question.
_NEW_COLUMN_MESSAGE_PATTERN = re.compile(
    r"(?:公开路径“[^”]+”按\d级栏目“(?P<path>[^”]+)”读取|正文写的栏目“(?P<name>[^”]+)”没有写上级栏目)，网站上没有|栏目“(?P<inferred>[^”]+)”的上级栏目没有印出"
)
_MAX_SHOWN_COLUMNS = 12


def _join_new_column_flags(drafts: Sequence[DraftMeasure]) -> list[DraftMeasure]:
    """Ask once about all columns that the site does not have, at the first row that names one."""
    column_flags = [
        (index, flag, match[match.lastgroup or 0])
        for index, draft in enumerate(drafts)
        for flag in draft.flags
        if not draft.preamble and (match := _NEW_COLUMN_MESSAGE_PATTERN.match(str(flag.get("message"))))
    ]
    names = list(dict.fromkeys(name for _, _, name in column_flags))
    if len(names) < 2:
        return list(drafts)
    quoted_names = "、".join(f"“{name}”" for name in names[:_MAX_SHOWN_COLUMNS])
    count_words = f"等{len(names)}个栏目" if len(names) > _MAX_SHOWN_COLUMNS else f"这{len(names)}个栏目"
    question = f"网站上没有{quoted_names}{count_words}，或者没有印出上级栏目，按印出的层级读取，确认后新建，请核对"
    rows = [index + 1 for index in dict.fromkeys(index for index, _, _ in column_flags)]
    flag = to_flag({"field": "duties", "message": question}) | {"alone": True, "rows": rows}
    joined_ids = [id(row_flag) for _, row_flag, _ in column_flags]
    return [
        replace(
            draft,
            flags=(
                *(row_flag for row_flag in draft.flags if id(row_flag) not in joined_ids),
                *([flag] if index + 1 == rows[0] else []),
            ),
        )
        for index, draft in enumerate(drafts)
    ]


def _is_answered_once(flag: Mapping[str, object]) -> bool:
    """Return true if equal flags of several rows need one answer."""
    once = flag.get("field") in {None, "duties", "extras"} or UNEXPLAINED_SIGNS_MESSAGE in str(flag.get("message"))
    return once and not (flag.keys() & {"rows", "form"} or flag.get("alone"))


def _deduplicate_shared_flags(
    draft: DraftMeasure, row_index: int, rows_by_flag: Mapping[tuple[object, object], Sequence[int]]
) -> Iterator[Mapping[str, object]]:
    """Yield the flags of a row; shared ones only in the first row that has them.

    `rows_by_flag`: (field, message) → indexes of the rows.
    """
    for flag in draft.flags:
        rows = rows_by_flag.get((flag.get("field"), flag.get("message")), ()) if _is_answered_once(flag) else ()
        if row_index not in rows:
            yield flag
        elif row_index == rows[0]:
            other_rows = "、".join(str(row + 1) for row in rows[1:])
            yield {**flag, "message": f"{flag['message']}（第{other_rows}行相同）", "rows": [row + 1 for row in rows]}


# Remark of the reader on table text that it assigned to no row.
_UNASSIGNED_TEXT_RE = re.compile(r"表中文字未读入任务：(?P<words>[^。；，]{2,10})$")


def flag_unassigned_heads(drafts: Sequence[DraftMeasure], parsed: Mapping[str, object]) -> list[DraftMeasure]:
    """Return the rows; the first one asks about short table texts in no row, which may be unknown headings."""
    heads = [match["words"] for remark in list_remarks(parsed) if (match := _UNASSIGNED_TEXT_RE.match(remark))]
    rows = [index for index, draft in enumerate(drafts) if not draft.preamble and not draft.dropped]
    if not heads or not rows:
        return list(drafts)
    names = "、".join(f"“{head}”" for head in dict.fromkeys(heads))
    question = f"表中的{names}没有读入任何一行，像是栏名，请核对各行的任务、单位和渠道有没有放错栏"
    flag = to_flag({"field": None, "message": question}) | {"rows": [index + 1 for index in rows]}
    first_row = drafts[rows[0]]
    return [replace(draft, flags=(*draft.flags, flag)) if draft is first_row else draft for draft in drafts]
