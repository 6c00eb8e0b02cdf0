"""The service as a process: where it listens, what it logs, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

from service_fakes import AS_OF, MAIL
from service_making import client

STREAM = {"Accept": "text/event-stream"}
SCRIPT = Path(__file__).parent / "service_process.py"


def test_a_signal_ends_it_in_order_and_the_question_in_work_is_answered(archive: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(archive), "hold"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        logged: list[str] = []
        reading = threading.Thread(target=lambda: logged.extend(process.stderr or ()), daemon=True)
        reading.start()
        address = re.search(r"http://\S+", process.stdout.readline())
        assert address, logged
        events: list[str] = []
        with client(address[0]) as http:
            body = {"question": MAIL, "as_of": AS_OF}
            with http.stream("POST", "/api/v1/ask", json=body, headers=STREAM) as response:
                for line in response.iter_lines():
                    if line == "event: evidence" and not events:
                        process.send_signal(signal.SIGTERM)  # the model hangs, and there is no grace
                    events.append(line)
        answer = json.loads(events[-2].removeprefix("data: "))
        assert (answer["mode"], answer["status"]) == ("extractive", "answered")
        assert process.wait(120) == 0
        reading.join(120)
    lines = [json.loads(line) for line in logged]
    assert any(line.get("route") == "/api/v1/ask" and line["status"] == 200 for line in lines)
    assert "Petrel" not in "".join(logged)
