"""What a row rests on: the saved page, on which everything of it stands that the public will read. What does not makes it a draft or falls away."""

from gongkai.content.migration.sources.proof.behind import KINDS, page_behind, page_itself

__all__ = ["KINDS", "page_behind", "page_itself"]
