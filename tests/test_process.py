"""The state of the process is made on first use, shared by all who ask, and replaced as a whole."""

from __future__ import annotations

import importlib
import os
import threading

import nbtrack
from nbtrack import process
from nbtrack.tracking import events


class Counter:
    def __init__(self):
        self.value = 0


def test_all_threads_get_the_same_instance():
    process.state(Counter).value += 1
    found = []
    thread = threading.Thread(target=lambda: found.append(process.state(Counter)))
    thread.start()
    thread.join()
    assert found == [process.state(Counter)]


def test_threads_that_ask_at_once_get_one_instance():
    made, barrier = [], threading.Barrier(8)

    class Slow:
        def __init__(self):
            made.append(self)

    def ask():
        barrier.wait()
        process.state(Slow)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1


def test_a_fresh_context_hides_the_state_of_the_process_and_is_closed():
    closed = []

    class Connection:
        def close(self):
            closed.append(self)

    process.state(Counter).value = 7
    with process.fresh():
        assert process.state(Counter).value == 0
        inside = process.state(Connection)
    assert closed == [inside]
    assert process.state(Counter).value == 7


def test_state_can_ask_for_other_state_while_it_is_made():
    class Outer:
        def __init__(self):
            self.inner = process.state(Counter)

    with process.fresh():
        assert process.state(Outer).inner is process.state(Counter)


def test_a_fresh_context_knows_no_run_no_address_and_no_experiment():
    nbtrack.set_tracking_uri("elsewhere")
    nbtrack.set_experiment("outside")
    run = nbtrack.start_run()
    with process.fresh():
        assert (nbtrack.active_run(), nbtrack.last_active_run(), nbtrack.is_tracking_uri_set()) == (None, None, False)
        with nbtrack.start_run() as inside:
            assert nbtrack.active_run().info.run_id == inside.info.run_id
            assert inside.info.experiment_id == "0"
    assert nbtrack.active_run().info.run_id == run.info.run_id
    assert nbtrack.get_tracking_uri() == "elsewhere"


def test_a_fresh_context_ends_the_thread_of_events():
    with process.fresh():
        events.Subscriber(lambda points: None)
        thread = process.state(events.Events).thread
        assert thread.is_alive()
    assert not thread.is_alive()
    assert not events.has_subscribers()


def test_state_outlives_a_reload_and_goes_into_a_fork():
    run = nbtrack.start_run()
    importlib.reload(nbtrack)
    assert nbtrack.active_run().info.run_id == run.info.run_id
    child = os.fork()
    if not child:
        nbtrack.log_metric("loss", 1.5)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    nbtrack.log_metric("accuracy", 0.5)
    assert nbtrack.get_run(run.info.run_id).data.metrics == {"loss": 1.5, "accuracy": 0.5}
