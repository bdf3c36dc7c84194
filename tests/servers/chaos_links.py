"""Connections that misbehave: a proxy that delays, stalls and cuts, and a balancer before several servers."""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import threading
import time


class Link:
    """Forwards connections to one of several ports; the first that accepts one gets it.

    Parameters
    ----------
    ports : list of int
        Where the servers listen on this machine; they take turns.
    delay : tuple of float
        The least and the longest time in seconds that a piece of data takes.
    """

    def __init__(self, ports, delay=(0.0, 0.0)):
        self._turns, self._count, self._delay = itertools.cycle(ports), len(ports), delay
        self._flows = threading.Event()
        self._flows.set()
        self._open, self._lock = set(), threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = self._connected()
                if server is None:
                    client.close()
                    continue
                with self._lock:
                    self._open |= {client, server}
                for pair in ((client, server), (server, client)):
                    self._threads.append(threading.Thread(target=self._forward, args=pair))
                    self._threads[-1].start()

    def _connected(self):
        for _ in range(self._count):
            with contextlib.suppress(OSError):
                return socket.create_connection(("127.0.0.1", next(self._turns)), 5)
        return None

    def _forward(self, source, target):
        chance = random.Random(source.fileno())
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self._flows.wait()
                if self._delay[1]:
                    time.sleep(chance.uniform(*self._delay))
                target.sendall(data)
        for each in (source, target):
            _hang_up(each)

    @contextlib.contextmanager
    def stalled(self):
        """Forward nothing until the block ends."""
        self._flows.clear()
        try:
            yield
        finally:
            self._flows.set()

    def cut(self):
        """Break every connection."""
        with self._lock:
            for each in self._open:
                _hang_up(each)

    def close(self):
        """Stop."""
        _hang_up(self._listener)
        self._listener.close()
        self._threads[0].join()
        self.cut()
        for each in self._threads[1:]:
            each.join()
        for each in self._open:
            each.close()


def _hang_up(link):
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
