"""Prints what redacting a megabyte costs, of ordinary and of hostile text. Never fails.

Run it with the repository on the path: ``PYTHONPATH=. python tests/redaction/benchmarks/redaction.py``.
"""

from __future__ import annotations

import time

from nbtrack.redaction import redact_text

SIZE = 1_000_000
TEXTS = {
    "a log": "epoch 3 loss=0.123 acc=0.9 see https://x.org/a?b=1\n",
    "a log of tokens": "step 3 loss=0.123 tokens=900 tokens/s=12.5\n",
    "hashes": "9fceb02d0ae598e95dc970b74767f19372d61af8 ",
    "an image": "iVBORw0KGgoAAAANSUhEUgAA/+",
    **{one: one for one in ("a.b-", "token='", "--token ", "eyJaaaaaaaa-", "sk-", "a://b", "?a=b&", "authorization: ")},
    **{
        one: one for one in ("token=", 'token="""', "bearer ", "\\", "cookie: a", "https://a:", "x\x1b[1m", "'token': ")
    },
    "key blocks": "-----BEGIN PRIVATE KEY-----\n",
}


if __name__ == "__main__":
    for title, text in TEXTS.items():
        whole = text * (SIZE // len(text)) + " password token"
        started = time.perf_counter()
        redact_text(whole)
        print(f"{title!r:20} {(time.perf_counter() - started) * 1e9 / len(whole):7.1f} ms per megabyte")
