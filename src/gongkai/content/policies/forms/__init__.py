"""The fields that this room's pages and actions ask for: `records`, `rounds`, `kept`, `entries`; how documents are named: `naming`."""
