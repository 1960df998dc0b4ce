"""The digests of signatures and sheets: over everything the row says. They stand in the row and in the log. Pure."""

from gongkai.content.reviewing.models import SecrecySheet, Signature
from gongkai.core.acts.digest import canonical, digest, moment


def signature_digest(signed: Signature) -> str:
    """Return the digest a signature must carry."""
    return digest(
        canonical(
            {
                "review": signed.review_id,
                "source": signed.source,
                "revision": signed.revision_id,
                "content": signed.content_digest,
                "plan": signed.plan_digest,
                "stage": signed.stage,
                "name_of_stage": signed.stage_name,
                "verdict": signed.verdict,
                "gate": signed.gate,
                "unmet": signed.unmet,
                "role": signed.role,
                "name": signed.name,
                "person": signed.person_id,
                "account": signed.account_id,
                "at": moment(signed.at),
                "urgent": signed.urgent,
                "signed_on": signed.signed_on.isoformat() if signed.signed_on else "",
                "recorder": [signed.recorder, signed.recorder_id],
                "scan": [signed.scan, signed.scan_name],
                "words": signed.words_digest,
                "sheet": signed.sheet_digest,
                "seen": signed.seen,
            }
        )
    )


def sheet_digest(sheet: SecrecySheet) -> str:
    """Return the digest a secrecy sheet must carry."""
    return digest(
        canonical(
            {
                "review": sheet.review_id,
                "source": sheet.source,
                "revision": sheet.revision_id,
                "content": sheet.content_digest,
                "answers": sheet.answers,
                "consulted": sheet.consulted,
                "rows": sheet.rows,
                "conclusion": sheet.conclusion,
                "words": sheet.words,
                "name": sheet.name,
                "person": sheet.person_id,
                "account": sheet.account_id,
                "at": moment(sheet.at),
            }
        )
    )
