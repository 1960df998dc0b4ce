"""Interpretation (政策解读): planned with the draft, published with the document, explained in eight elements.

A `Plan` states if and how a policy item is to be interpreted; a gate refuses the review of a policy item
without it (三同步). An `Interpretation` links the interpreting item to its document, once for both directions. A
public document without interpretation is an entry of its drafter (谁起草、谁解读). Press events, media supplies and
specialists are registers.
"""
