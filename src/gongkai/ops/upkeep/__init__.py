"""Operation of an installation: checks, status, alarms for the administrators (docs/running.md).

- `findings`: what `gongkai check` and the status page show: a level, a sentence, its remedy. `settings_checks`
  checks the settings, `state_checks` the stored data, `readings` the status.
- `job_runs`: when each job ran and its result (`JobRun`); `alarm` notifies the administrators of failures.
- `middleware`, `logs`, `metrics`: /healthz, /readyz, /metrics, request ids, JSON logs, slow queries.

Data of other apps is only read, or changed by their own actions.
"""
