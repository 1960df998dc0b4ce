"""Interpretation (政策解读): planned with the draft, published with the document, explained in eight elements.

A `Plan` says whether and how a policy item is to be interpreted; a gate keeps a policy item from review without it (三同步). An
`Interpretation` links an item that interprets to the document it explains, once, so that the link is there from both sides. What is public
without its interpretation is an entry of its drafter (谁起草、谁解读). Press events, media supplies and specialists are registers beside.
"""
