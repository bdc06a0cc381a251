"""Whether `watch` is well, for the HEALTHCHECK of the Dockerfile: a pass has gone well lately.

Cases that wait for a person make nobody ill, so the exit code of `status` does not tell it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

LATEST = timedelta(minutes=35)  # `watch` makes a pass every nine minutes, or every 29 with the longest `watch.idle_seconds`


def main() -> int:
    command = ["swc-mailer", "status", "--json"]
    told = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 -- of the image's PATH
    try:
        last_good = json.loads(told.stdout)["last_good_run"]
    except ValueError:
        print(told.stderr.strip())  # noqa: T201
        return 1
    print(f"last good run: {last_good or 'never'}")  # noqa: T201
    return 0 if last_good and datetime.now(UTC) - datetime.fromisoformat(last_good) < LATEST else 1


if __name__ == "__main__":
    sys.exit(main())
