"""Models of reviews, schemes and signatures."""

from gongkai.content.reviewing.models.reviews import Review, ReviewScheme, SecrecySheet
from gongkai.content.reviewing.models.signatures import (
    Coordination,
    Opinion,
    PaperRecord,
    PaperSignatureState,
    ReviewTold,
    Shown,
    Signature,
    SignatureNote,
    SignatureVerdict,
)
from gongkai.content.reviewing.states import ReviewState
