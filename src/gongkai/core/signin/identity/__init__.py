"""Sign-in through identity providers: OpenID Connect, CAS, LDAP.

The provider proves an identifier (`claims`), which belongs to a registered person (`backends`).
Permissions, throttling, log and sessions are the same as with passwords. Protocol libraries are
imported only when needed.
"""
