"""Inquiries and answers of the invented 云岭市."""

from factories.units import actor
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.work.consultation import actions
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.models import Inquiry, KnownAnswer


def inquiry(receiver: Body, **facts: object) -> Inquiry:
    """Register an inquiry, by telephone by default."""
    given = {
        "channel": "phone",
        "title": "公租房申请条件",
        "text": "我在城南打工，想问公租房要什么条件。",
        **facts,
    }
    return actions.register_inquiry(receiver, by=SYSTEM, facts=InquiryFacts(**given))


def draft_answer(body: Body, **facts: object) -> KnownAnswer:
    """Write an answer for the knowledge base, as a draft."""
    given = {
        "question": "公租房怎样申请",
        "answer": "在城区稳定就业、没有住房的，可向户籍所在地街道办事处申请。",
        "variants": ["廉租房怎么办"],
        **facts,
    }
    return actions.write_answer(body, by=actor(Role.CLERK, body), **given)


def released_answer(body: Body, **facts: object) -> KnownAnswer:
    """Write, check and release an answer with three people."""
    made = draft_answer(body, **facts)
    made = actions.submit_answer(made, by=SYSTEM)
    made = actions.check_answer(made, by=actor(Role.REVIEWER, body))
    return actions.release_answer(made, by=actor(Role.SIGNER, body))
