"""A real process, killed while it sends to a real server: every message arrives, perhaps twice, under one name."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from mail_server import mail_server
from outbox_day import HOST, NOON, message, queued, told

from rerail.store.engine import Store
from rerail.tell.delivery import LEASE


def sending(database: str, port: int, after: timedelta = timedelta()) -> subprocess.Popen[str]:
    script = str(Path(__file__).with_name("sending.py"))
    command = [sys.executable, script, database, str(port), (NOON + after).isoformat()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_a_death_between_the_servers_yes_and_our_mark_sends_it_twice_under_one_name(
    store: Store, database_url: str
) -> None:
    queued(store, message("ticket-1"))
    with mail_server() as server:
        processes: list[subprocess.Popen[str]] = []

        def taken_and_then_dead(_subject: str) -> str:
            processes[0].send_signal(signal.SIGKILL)
            processes[0].wait()
            return "250 2.0.0 taken"

        server.answers["DATA"] = taken_and_then_dead
        processes.append(sending(database_url, server.port))
        assert processes[0].wait(timeout=20) == -signal.SIGKILL
        assert told(store)["ticket-1"].state == "waiting"
        server.answers.clear()
        assert sending(database_url, server.port).wait(timeout=20) == 0
        assert len(server.arrived) == 1, "the lease still holds"
        assert sending(database_url, server.port, LEASE).wait(timeout=20) == 0
    assert [mail["Message-ID"] for mail in server.arrived] == [f"<ticket-1@{HOST}>"] * 2
    assert server.arrived[0].as_bytes() == server.arrived[1].as_bytes()
    assert told(store)["ticket-1"].state == "sent"


def test_killed_at_any_moment_every_message_arrives(store: Store, database_url: str) -> None:
    names = [f"m{number:02}" for number in range(24)]
    queued(store, *(message(name) for name in names))
    chance, kills = random.Random(20261123), 0
    with mail_server() as server:
        for step in range(60):
            process = sending(database_url, server.port, step * LEASE)
            time.sleep(chance.uniform(0.0, 0.06))
            process.kill()
            kills += process.wait() == -signal.SIGKILL
            if kills >= 6:
                break
        assert sending(database_url, server.port, 100 * LEASE).wait(timeout=20) == 0
    arrived = Counter(str(mail["Message-ID"]) for mail in server.arrived)
    assert sorted(arrived) == [f"<{name}@{HOST}>" for name in names]
    assert {one.state for one in told(store).values()} == {"sent"}
