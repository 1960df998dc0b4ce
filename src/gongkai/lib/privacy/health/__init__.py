"""Find health data: a word for a condition, extended to the words around it, near a person.

The words are in `data/health.tsv`: conditions, everyday words that count only next to a body
part or a person, and modifiers (急性, 左, 前臂). Rules about diseases are not findings.
"""

from gongkai.lib.privacy.health.run import find_health_data

__all__ = ["find_health_data"]
