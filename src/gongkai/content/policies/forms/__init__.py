"""Forms of policies; `naming` has fields in which a document is named."""
