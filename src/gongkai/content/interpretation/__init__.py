"""Interpretation of policies (政策解读): planned with the draft, published with the document.

A `Plan` states whether and how a policy item is interpreted; a gate refuses the review of a policy
item without one (三同步). An `Interpretation` links the interpreting item to its document. It must
answer eight elements, such as background and scope. A public document without interpretation
becomes a ledger entry of the unit that drafted it (谁起草、谁解读). News releases, deliveries to media and
specialists have registers.
"""
