"""Signing in by the identity of others: OpenID Connect, CAS, a directory (LDAP).

Who somebody is, the identity says; who works here and may do what, we say. A provider proves an identifier (`claims`), the identifier
belongs to a person (`matching`), and from there on everything is as with a password: throttles, the operation log, sessions, posts.
The libraries of the protocols are imported by the functions that need them: where nothing is configured nothing of them is read.
"""
