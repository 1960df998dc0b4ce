"""Reviews of texts from any `Source`: required signers, signatures, and records of what signers saw.

`plan` (stages, pure) · `schemes` (which plan a text gets) · `authors` (who may not sign it) · `turn` (whose turn it is) · `seeing`
(what a signer must have been shown) · `cases` and `against` (what signatures are worth when something is published) · `sheet`
(secrecy review) · `lists` (rows of bulk lists) · `voices`, `letters` (units that must be heard) · `verify` (for `audit verify`).
See docs/reviews.md.
"""
