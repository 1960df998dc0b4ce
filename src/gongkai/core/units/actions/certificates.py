"""Actions that set and remove the certificate with which a unit signs letters."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.units import rules, separation
from gongkai.core.units.models import Body, Certificate
from gongkai.lib.writing.signed import Certificate as Read
from gongkai.lib.writing.signed import Unsignable, read_certificate


def _read_certificate(body: Body, /, *, by: Actor, content: bytes, password: str) -> Mapping[str, object]:
    try:
        return {"read": read_certificate(content, password, timezone.now())}
    except Unsignable as error:
        raise Refused(str(error)) from error


def _tell(body: Body, by: Actor, said: str, key: str) -> tuple[Notification, ...]:
    officers = separation.officers(body)
    if not officers:
        return ()
    words = f"{by.name}为{body.name}{said}。如不知情，请立即核实。"
    link = reverse("units:body", args=[body.pk])
    return (Notification("签名证书有变动", words, link, key, persons=tuple(officers), urgent=True),)


@action("units.set_certificate", label="设置签名证书", rule=rules.keeps_certificate, ahead=_read_certificate)
def set_certificate(body: Body, /, *, by: Actor, content: bytes, password: str, read: Read) -> ActionResult:
    """Use a certificate for the unit's future letters; signed letters stay unchanged."""
    facts = {name: getattr(read, name) for name in ("subject", "issuer", "serial", "starts", "ends", "chain", "key")}
    Certificate.objects.update_or_create(body=body, defaults={**facts, "by_id": by.person_id})
    said = f"设置签名证书“{read.subject}”（序列号{read.serial}，{timezone.localdate(read.ends)}到期）"
    told = _tell(body, by, said, f"certificate/{body.pk}/{read.serial}")
    return ActionResult(words=said, facts={"serial": read.serial}, tell=told)


@action("units.drop_certificate", label="停用签名证书", rule=rules.keeps_certificate)
def drop_certificate(body: Body, *, by: Actor) -> ActionResult:
    """Delete the unit's certificate and key; later letters are not signed."""
    kept = Certificate.objects.filter(body=body).first()
    if kept is None:
        raise Refused("没有设置签名证书，请先设置。")
    said, serial = f"停用签名证书“{kept.subject}”", kept.serial
    kept.delete()
    told = _tell(body, by, said, f"certificate/{body.pk}/{serial}/dropped")
    return ActionResult(words=said, facts={"serial": serial}, tell=told)
