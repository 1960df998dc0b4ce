"""Running an installation: what is missing, unsafe or slow, what state it is in, and who hears of it when due work stops (docs/running.md).

- `findings`: what `gongkai check` and the status page say: a level, a sentence, its mend. `settings_checks` looks at the settings,
  `state_checks` at what is stored, `readings` at the state.
- `watching`: when each job ran and how it ended (`JobRun`); `alarm` tells the administrators of what did not run.
- `middleware`, `logs`, `metrics`: /healthz, /readyz, /metrics, request ids, lines of JSON, slow queries.

Reads what other rooms keep and changes nothing of theirs.
"""
