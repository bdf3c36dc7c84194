"""Events: how soon subscribers get new points."""

import threading
import time

import numpy as np

import nbtrack
from nbtrack.tracking import events


def test_delivery_is_not_paused_once_nothing_is_logged(fresh):
    delivered, twice = [], threading.Event()

    def deliver(points_by_run):
        delivered.append(points_by_run)
        until = time.thread_time() + 0.3
        while time.thread_time() < until:
            pass
        if len(delivered) == 2:
            twice.set()

    subscriber = events.Subscriber(deliver)
    events.publish("a")
    while not delivered:
        time.sleep(0.01)
    events.publish("b")
    events.deliver_now()
    assert twice.wait(10), "delivery was paused for 15 s, fifty times as long as the call took"
    assert delivered == [{"a": []}, {"b": []}]
    subscriber.close()


def test_every_kind_of_number_can_be_logged_with_a_subscriber(fresh):
    delivered = threading.Event()
    points = []

    def deliver(points_by_run):
        points.extend(point for each in points_by_run.values() for point in each)
        if points:
            delivered.set()

    subscriber = events.Subscriber(deliver)
    with nbtrack.start_run():
        nbtrack.log_metric("m", np.array([1.5]))
    assert delivered.wait(10)
    assert [(each.key, each.value) for each in points] == [("m", 1.5)]
    subscriber.close()
