"""A load over HTTP: kept-alive connections that ask the same again and again, and what the server spent on it."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

from msgspec import Struct

CONNECTIONS = 4


class Rate(Struct, frozen=True):
    """Answers per second as the client saw them, and per second of the server's processor."""

    per_second: float
    per_cpu_second: float
    size: int


def get(path: str) -> bytes:
    """The question for a page."""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n".encode()


def post(path: str, body: bytes, media_type: str = "application/json") -> bytes:
    """The question that sends something."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def rate(port: int, pid: int, question: bytes, seconds: float, connections: int = CONNECTIONS) -> Rate:
    """Ask over several connections for so many seconds."""
    spent = processor_seconds(pid)
    started = time.perf_counter()
    until = started + seconds
    counts: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: counts.append(_ask(port, question, until))) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    answers = sum(count for count, _ in counts)
    return Rate(answers / elapsed, answers / max(0.01, processor_seconds(pid) - spent), counts[0][1])


def peak(pid: int) -> str:
    """The most memory a process has had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return f"{int(line.split()[1]) / 1024:.0f} MiB"
    return "unknown"


def _ask(port: int, question: bytes, until: float) -> tuple[int, int]:
    """Ask over one kept-alive connection until the time is up: how many answers, and an answer's size."""
    answered = size = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until:
            connection.sendall(question)
            size = _answer(connection, question)
            answered += 1
    return answered, size


def _answer(connection: socket.socket, question: bytes) -> int:
    held = connection.recv(65536)
    while (end := held.find(b"\r\n\r\n")) < 0:
        held += connection.recv(65536)
    if not held.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        raise SystemExit(f"{question[:60]!r} was answered {held[:400]!r}")
    head = held[:end].lower()
    at = head.find(b"content-length:")
    if at < 0:
        raise SystemExit(f"the answer to {question[:60]!r} has no content-length")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0])
    rest = length - (len(held) - end - 4)
    while rest > 0:
        rest -= len(connection.recv(min(rest, 1 << 18)))
    return length


def processor_seconds(pid: int) -> float:
    """The processor time a process has used, its threads together, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
