"""The bell of live panels: how soon they are told."""

import threading
import time

import numpy as np

import nbtrack
from nbtrack.tracking import events


def test_nobody_rests_once_nothing_is_logged(fresh):
    told, twice = [], threading.Event()

    def tell(news):
        told.append(news)
        until = time.thread_time() + 0.3
        while time.thread_time() < until:
            pass
        if len(told) == 2:
            twice.set()

    listener = events.Subscriber(tell)
    events.publish("a")
    while not told:
        time.sleep(0.01)
    events.publish("b")
    events.deliver_now()
    assert twice.wait(10), "it rested 15 s, fifty times as long as it took"
    assert told == [{"a": []}, {"b": []}]
    listener.close()


def test_every_kind_of_number_can_be_logged_while_somebody_listens(fresh):
    told = threading.Event()
    points = []

    def tell(news):
        points.extend(point for each in news.values() for point in each)
        if points:
            told.set()

    listener = events.Subscriber(tell)
    with nbtrack.start_run():
        nbtrack.log_metric("m", np.array([1.5]))
    assert told.wait(10)
    assert [(each.key, each.value) for each in points] == [("m", 1.5)]
    listener.close()
