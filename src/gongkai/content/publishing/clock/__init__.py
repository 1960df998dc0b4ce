"""The disclosure clock: 20 working days from an item's formation or change, as a ledger entry.

An entry is opened when an item states the day of its formation (and is not withheld). Publication
closes it; a corrected day moves it. `timeliness` describes its state in words.
`update_disclosure(item)` updates one item; a job updates items changed in other ways.
"""

from gongkai.content.publishing.clock.disclosures import DISCLOSURE_KIND, update_all_disclosures, update_disclosure

__all__ = ["DISCLOSURE_KIND", "update_all_disclosures", "update_disclosure"]
