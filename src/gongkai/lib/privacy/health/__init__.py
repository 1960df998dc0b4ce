"""What tells of a person's health: a word for a condition, widened to the words that belong to it, beside a person.

The words are a table (`data/health.tsv`): conditions, everyday words that are conditions only with a part of the body
or a person beside them, and the morphemes that stand before a condition (急性, 左, 前臂). Rules about diseases name nobody.
"""

from gongkai.lib.privacy.health.run import health

__all__ = ["health"]
