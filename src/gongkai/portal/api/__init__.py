"""The read API, version 1: documents with their editions, columns, units, files; bulk download. Only what everybody may read, whoever asks."""
