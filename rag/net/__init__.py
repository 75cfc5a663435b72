"""What comes over the network: files of a model hub, and the errors of model servers.

Other rooms take:
- `hub`: `Wish`, `fetch`, `model_files`, `wanted_files`
- `server_errors`: `OPENAI`, `OpenAIFaults`, `broken`, `host`, `is_too_long`, `pause`, `plain`, `said_by`
"""
