"""Reviews (审签) of texts from any `Source`: stages, signers, signatures, and what signers saw.

`plan` (stages, pure) · `schemes` (the plan of a text) · `signers` (possible and excluded signers) ·
`required_reading` (parts that a signer must have been shown) · `cases` (with opinions of other units) and `approval_faults` (validity of
signatures at publication) · `unsettled_publications` (urgent texts) · `verify` (for `audit verify`). See
docs/reviews.md.
"""
