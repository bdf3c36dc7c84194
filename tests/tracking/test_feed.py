"""The bell of live panels: how soon they are told."""

import threading
import time

from nbtrack.tracking import feed


def test_nobody_rests_once_nothing_is_logged(fresh):
    told, twice = [], threading.Event()

    def tell(news):
        told.append(news)
        until = time.thread_time() + 0.3
        while time.thread_time() < until:
            pass
        if len(told) == 2:
            twice.set()

    listener = feed.Listener(tell)
    feed.ring("a")
    while not told:
        time.sleep(0.01)
    feed.ring("b")
    feed.hurry()
    assert twice.wait(10), "it rested 15 s, fifty times as long as it took"
    assert told == [{"a": []}, {"b": []}]
    listener.close()
