"""Forms of policies: `records`, `rounds`, `kept`, `entries`; fields that name documents: `naming`."""
