"""Inquiries from all channels on one ledger, and the Q&A base (政策咨询问答库).

Questions come in by form, mailbox, telephone, service window, letter or 12345. `answer_index.search_answers`
searches the Q&A base first. The rest becomes an `Inquiry`: an entry with its own deadline (rule
sets of `law`). It is assigned to a unit, answered with the approval of its head, and may be added
to the base, de-identified. A `KnownAnswer` is written, checked and released by three persons; it
cites documents of the policy library and is flagged when one of them ends. `routing` proposes the
unit from earlier answers.
"""
