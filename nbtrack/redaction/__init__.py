"""Removes secrets from everything that is captured, before it is stored: parameters, source code, output, tracebacks.

A string is a secret by its name (``api_key = "…"``, ``HF_TOKEN``, ``db.password``) or by its shape (the key of a known
service, a private key, a password in a URL); it is stored as ``***``. Numbers (``max_tokens = 256``) and words that
merely contain such a name (``tokenizer``) stay as they are, and so does the number of lines.
"""

from nbtrack.redaction.secrets import MASK
from nbtrack.redaction.source_code import redact_source, secrets_in
from nbtrack.redaction.text import known_secrets, redact_text, redact_value

__all__ = ["MASK", "known_secrets", "redact_source", "redact_text", "redact_value", "secrets_in"]
