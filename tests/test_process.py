"""The state of the process is made on first use, shared by all who ask, and replaced as a whole."""

from __future__ import annotations

import threading

from nbtrack import process


class Counter:
    def __init__(self):
        self.value = 0


def test_everybody_gets_the_same_instance():
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
