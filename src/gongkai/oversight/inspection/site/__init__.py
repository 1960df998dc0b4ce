"""The inspection itself, without a database: `run.inspect_site` crawls, checks and scores, and gives a `report.Report`."""
