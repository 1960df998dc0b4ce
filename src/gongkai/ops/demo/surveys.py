"""Sample data for 网上调研: an open survey, and one with published results."""

from datetime import date, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing.actions import place, submit
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import issue_code
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.typed_json import Record, read_number, read_record, read_records, read_text
from gongkai.ops.demo import clock
from gongkai.ops.demo.cast import SampleCast, read_toml
from gongkai.ops.demo.decisions import decisions_column
from gongkai.ops.demo.site import sign_review
from gongkai.work.participation import actions
from gongkai.work.participation.models import Announcement, Survey


def create_surveys(cast: SampleCast) -> None:
    """Create the surveys of `data/surveys.toml`."""
    body, column = cast.bodies["jiaoyu"], decisions_column()
    if column is None:
        return
    told = read_toml("surveys")
    for one in read_records(told, "surveys"):
        made = _asked(cast, body, column, one)
        _filled_in(made, read_records(one, "replies"), _day(one, "replied"))
        if "found" in one:
            _found(cast, body, column, made, _day(one, "found"), read_record(told, "findings"))


def _day(told: Record, name: str) -> date:
    return timezone.localdate() + timedelta(days=read_number(told, name))


def _asked(cast: SampleCast, body: Body, column: Column, told: Record) -> Survey:
    """Create and publish a questionnaire."""
    clerk = cast.actor(Role.CLERK, body)
    ends = _day(told, "end")
    with clock.travel_to(clock.office_hour(_day(told, "begin"), 15)):
        made: Survey = actions.register_survey(
            body, by=clerk, title=read_text(told, "title"), policy=read_text(told, "policy")
        )
        for facts in read_records(told, "questions"):
            actions.add_question(made, by=clerk, **{"options": "", "most": 0, **facts})
        announcement = actions.announce_survey(made, by=clerk)
        intro = "为了解政策执行效果，改进工作，现开展网上调研，请您参加。"
        actions.write_announcement(announcement, by=clerk, terms={"intro": intro, "ends_on": ends.isoformat()})
        _signed(cast, body, announcement, column, clerk)
    return Survey.objects.get(pk=made.pk)


def _found(cast: SampleCast, body: Body, column: Column, survey: Survey, day: date, findings: Record) -> None:
    """Publish the findings of a survey with responses to comments."""
    clerk = cast.actor(Role.CLERK, body)
    with clock.travel_to(clock.office_hour(day, 20)):
        announcement = actions.draft_findings(Survey.objects.get(pk=survey.pk), by=clerk)
        actions.write_announcement(announcement, by=clerk, terms=findings)
        _signed(cast, body, announcement, column, clerk)


def _signed(cast: SampleCast, body: Body, text: Announcement, column: Column, clerk: Actor) -> None:
    place(document_of(text), by=clerk, columns=[column])
    sign_review(cast, submit(text, by=clerk), body)


def _filled_in(survey: Survey, replies: list[dict[str, object]], day: date) -> None:
    """Submit replies on a day."""
    asked = [question["number"] for question in survey.asked]
    for minutes, reply in enumerate(replies):
        with clock.travel_to(clock.office_hour(day, minutes * 20)):
            picked = {asked[int(place_) - 1]: options for place_, options in read_record(reply, "chosen").items()}
            written = {asked[-1]: read_text(reply, "words")} if "words" in reply else {}
            made = actions.reply_survey(survey, by=ANONYMOUS, chosen=picked, words=written)
            issue_code(None, by=ANONYMOUS, matter=made.matter, second="")
