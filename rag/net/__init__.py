"""What comes over the network: files of a model hub, and the errors of model servers.

Other rooms take:

- `hub`: `Wish`, `fetch`
- `server_errors`: `OPENAI`, `UNKNOWN`, `OpenAIFaults`, `broken`, `host`, `is_too_long`, `pause`, `plain`,
  `reason_phrase`, `said_by`, `timed_out`
"""
