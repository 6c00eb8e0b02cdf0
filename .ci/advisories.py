"""Asks pip-audit for known vulnerabilities of constraints.txt, and says plainly what could not be asked.

The advisory database is on the network, beyond the package index. Where it cannot be reached nothing is known, which is
neither a pass nor a failure: it is said, and the step goes on. A finding without a reason in exceptions.toml fails.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
PLACE = ROOT / ".venv-audit"
COMMAND = "-r constraints.txt --no-deps --disable-pip --timeout 10 --progress-spinner off -f json".split()


def audited() -> tuple[list[dict[str, object]], str]:
    """Return what pip-audit says of each dependency, or why it says nothing."""
    tool = PLACE / "bin" / "python"
    try:
        if not tool.exists():
            subprocess.run([sys.executable, "-m", "venv", PLACE], check=True, capture_output=True, timeout=60)
        asked = [tool, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit==2.10.1"]
        subprocess.run(asked, check=True, capture_output=True, timeout=90)
        done = subprocess.run(
            [tool, "-m", "pip_audit", *COMMAND], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        return json.loads(done.stdout)["dependencies"], ""
    except subprocess.TimeoutExpired as error:
        return [], f"no end within {error.timeout:.0f} s"
    except (subprocess.CalledProcessError, OSError) as error:
        return [], f"pip-audit cannot be installed ({type(error).__name__})"
    except (ValueError, KeyError):
        return [], f"pip-audit said nothing that can be read: {done.stderr.strip()[-200:]!r}"


def judged(found: list[dict[str, object]], excused: dict[str, str]) -> tuple[list[str], int]:
    """Return the findings without an exception, and how many dependencies were looked up at all."""
    left = []
    for one in found:
        for vulnerability in one.get("vulns", ()):
            names = {vulnerability["id"], *vulnerability.get("aliases", ())}
            if not names & set(excused):
                left.append(f"{one['name']} {one.get('version')}: {', '.join(sorted(names))}")
    return left, sum("skip_reason" not in one for one in found)


def main() -> int:
    """Say what is known; 1 where something is known to be wrong and nobody has said why it may stay."""
    found, why = audited()
    excused = tomllib.loads((HERE / "exceptions.toml").read_text(encoding="utf-8"))["advisories"]
    left, asked = judged(found, excused)
    for one in left:
        print(f"VULNERABLE: {one}")
    print(f"advisories: {asked} of {len(found)} dependencies looked up, {len(left)} findings without an exception")
    if not asked:
        print(f"advisories: NOT CHECKED, the advisory database cannot be reached from here{': ' + why if why else ''}")
    return min(len(left), 1)


if __name__ == "__main__":
    sys.exit(main())
