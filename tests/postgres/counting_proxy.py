"""A proxy in front of PostgreSQL that counts round trips and can delay or break connections."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time

_STARTUP = 196_608
"""The number of version 3.0 of the protocol; a message with another one is a question about encryption."""
_SIZE = struct.Struct("!I")


class CountingProxy:
    """Forwards connections to PostgreSQL.

    Parameters
    ----------
    port : int
        Where PostgreSQL listens on this machine.
    delay : float
        Seconds that each piece of data takes, in each direction.
    """

    def __init__(self, port, delay=0.0):
        self._server, self.delay = port, delay
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.messages = []
        """The queries and synchronisations that clients have sent: each ends what is sent in one go."""
        self._open = []
        self._threads = []
        self._start(self._accept)

    def _start(self, work, *arguments):
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open += [client, server]
                sent = _Messages(self.messages)
                self._start(self._forward, client, server, sent.read)
                self._start(self._forward, server, client, len)

    def _forward(self, source, target, see):
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 20):
                see(data)
                if self.delay:
                    time.sleep(self.delay)
                target.sendall(data)
        for each in (source, target):
            _hang_up(each)

    def cut(self):
        """Break every connection that is open."""
        for each in self._open:
            _hang_up(each)

    def close(self):
        """Stop."""
        _hang_up(self._listener)
        self._listener.close()
        self.cut()
        for each in self._threads:
            each.join()
        for each in self._open:
            each.close()


def _hang_up(link):
    with contextlib.suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)


class _Messages:
    """Reads what a client sends, and notes each message that it waits for the answer to."""

    def __init__(self, found):
        self._data, self._found, self._started = b"", found, False

    def read(self, data):
        self._data += data
        while len(self._data) >= 8 and not self._started:
            size, code = struct.unpack("!II", self._data[:8])
            self._started = code == _STARTUP
            self._data = self._data[size:]
        while self._started and len(self._data) >= 5:
            size = 1 + _SIZE.unpack(self._data[1:5])[0]
            if len(self._data) < size:
                return
            kind, body, self._data = self._data[:1], self._data[5:size], self._data[size:]
            if kind in b"SQ":
                self._found.append(kind.decode() + body.rstrip(b"\0").decode())
