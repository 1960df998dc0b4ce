"""Answering people: inquiries from every channel on one ledger, and the base of answers given before (政策咨询问答库).

Somebody asks: by the form, the mailbox, telephone, the window, by letter or through 12345. `recall.recall` looks into the base first; what it does
not answer is an `Inquiry`, an entry of the ledger with its own term (政策咨询, 网民留言, 公开信箱, 12345: rule sets of `law`). It is assigned,
perhaps transferred, answered through its unit's head, and may become an entry of the base, de-identified. An entry of the base (`KnownAnswer`) is
written by one person, checked by a second, released by a third; its basis are documents of the policy library: where one ends, the answer is
flagged. `routing` proposes the unit from what was answered before.
"""
