"""The disclosure clock: 20 working days from an item's formation or change, as a ledger entry.

An entry is opened when an item says on which day it was formed (and is not marked as withheld), closed by what is published, moved when
the day is corrected. It is the one thing that counts: `prompt` says in words what its light says.
`update_disclosure(item)` does all of it for one item; a job does it for items that anything else changed.
"""

from gongkai.content.publishing.clock.syncing import DISCLOSURE_KIND, update_all_disclosures, update_disclosure

__all__ = ["DISCLOSURE_KIND", "update_all_disclosures", "update_disclosure"]
