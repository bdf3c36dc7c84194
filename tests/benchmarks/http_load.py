"""Many clients that log through MLflow's REST API, from a process of its own.

    python http_load.py CLIENTS RUNS BATCHES PACE URL...

Each client makes RUNS runs of 50 values; then all log BATCHES batches of 1,000 points, together PACE points a second, or
as fast as they can if that is 0. Prints how many runs and points a second there were, as JSON.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
import time

PARAMS = [{"key": f"p{each}", "value": str(each)} for each in range(30)]
NOW = time.time_ns() // 1_000_000
"""A server looks at recent points by the rules of their experiment, so these are recent."""
METRICS = [{"key": f"m{each}", "value": each / 7, "timestamp": NOW, "step": 1} for each in range(20)]
BATCH = 1_000


class Client:
    """A connection that is kept."""

    def __init__(self, url: str) -> None:
        self._host = url.removeprefix("http://")
        self._connect()

    def _connect(self) -> None:
        host, port = self._host.split(":")
        self._link = socket.create_connection((host, int(port)), 300)
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, path: str, body: object) -> bytes:
        """Send a request, again if the server has closed the connection meanwhile, and return the body of its answer."""
        try:
            return self._post(path, body)
        except ConnectionError:
            self._connect()
            return self._post(path, body)

    def _post(self, path: str, body: object) -> bytes:
        content = json.dumps(body).encode()
        head = f"POST /api/2.0/mlflow/{path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
        self._link.sendall(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._received()
        answered, _, rest = data.partition(b"\r\n\r\n")
        lines = answered.lower().split(b"\r\n")
        size = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        while len(rest) < size:
            rest += self._received()
        if b" 200 " not in lines[0] + b" ":
            raise RuntimeError(rest.decode(errors="replace"))
        return rest

    def _received(self) -> bytes:
        data = self._link.recv(1 << 16)
        if not data:
            raise ConnectionError
        return data

    def new_run(self) -> str:
        """Create a run."""
        answer = json.loads(self.post("runs/create", {"experiment_id": "0", "start_time": 1, "user_id": "ada"}))
        return str(answer["run"]["info"]["run_id"])

    def whole_run(self) -> None:
        """Record a run of 50 values."""
        run_id = self.new_run()
        self.post("runs/log-batch", {"run_id": run_id, "metrics": METRICS, "params": PARAMS})
        self.post("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 2})


def main() -> None:
    """Run the clients."""
    clients, runs, batches, pace = map(int, sys.argv[1:5])
    urls, moments, failed = sys.argv[5:], list[float](), list[BaseException]()
    begin = threading.Barrier(clients, action=lambda: moments.append(time.perf_counter()))

    def work(number: int) -> None:
        try:
            client = Client(urls[number % len(urls)])
            begin.wait()
            for _ in range(runs):
                client.whole_run()
            run_id = client.new_run()
            begin.wait()
            for batch in range(batches):
                steps = range(batch * BATCH, (batch + 1) * BATCH)
                points = [{"key": "m", "value": 0.5, "timestamp": NOW + step, "step": step} for step in steps]
                if pace:
                    time.sleep(max(0.0, moments[1] + batch * BATCH * clients / pace - time.perf_counter()))
                client.post("runs/log-batch", {"run_id": run_id, "metrics": points})
            begin.wait()
        except BaseException as error:
            failed.append(error)
            begin.abort()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if failed:
        raise failed[0]
    first, second, third = moments
    rates = {"runs/s": clients * runs / (second - first), "points/s": clients * batches * BATCH / (third - second)}
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
