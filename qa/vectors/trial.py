"""Opens a Chroma folder and asks for some of its vectors: run by ``qa.vectors.seals`` in a process that it may end.

``python -m qa.vectors.trial FOLDER`` ends with 0 where each finds itself, and with a line that says why where one does
not.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qa.vectors.asking import Unhealthy
from qa.vectors.folder import attempt


def main() -> int:
    """Try the folder that is named."""
    try:
        attempt(Path(sys.argv[1]))
    except Unhealthy as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
