"""A worker tells of a test what somebody reads: what became of it, and that it is done.

Of each test xdist sends six messages to the process that gives out the work: begun, set up, ran, torn down, ended, done with. Where nothing went
wrong and nothing was printed, nobody reads that it began, was set up and was torn down: half of what sending and taking messages costs. A run that
writes a report of its own (`--junitxml`, `--durations`) gets them all.
"""

from typing import Any

import pytest

#: Options whose reports tell of setting up and tearing down, too.
READ = ("xmlpath", "durations")


def use(config: pytest.Config) -> None:
    """Let this worker, if it is one, be quiet."""
    plugins = config.pluginmanager.get_plugins()
    interactor: Any = next((one for one in plugins if type(one).__name__ == "WorkerInteractor"), None)
    if interactor is None or any(getattr(config.option, name, None) for name in READ):
        return
    send = interactor.sendevent

    def sendevent(name: str, **facts: Any) -> None:
        if name != "logstart" and not (name == "testreport" and dull(facts["data"])):
            send(name, **facts)

    interactor.sendevent = sendevent


def dull(report: dict[str, Any]) -> bool:
    """Whether a report says only that setting up or tearing down went well."""
    return (
        report["when"] != "call"
        and report["outcome"] == "passed"
        and not report["sections"]
        and not report["user_properties"]
    )
