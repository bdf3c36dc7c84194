"""Where runs are stored.

The tracking URI (`nbtrack.set_tracking_uri`, ``MLFLOW_TRACKING_URI``, ``--tracking-uri``) selects the store:

A directory, or ``sqlite:///runs.db``
    Files on this machine, by default ``mlruns``. Several processes may write at once without waiting for each other.
    What a call has logged survives ``kill -9`` immediately, and a power failure after about a second or once the run
    has ended; ``NBTRACK_DURABILITY=full`` waits for the disk in each call. ``sqlite:///:memory:`` is a temporary
    directory, which is removed with the process.

A directory in MLflow's file layout, or an ``mlflow.db``
    Read in place and never changed, whichever version of MLflow wrote it, also if it was moved since. What cannot be
    read is left out: a warning says so, and ``nbtrack db check`` lists it.

``https://tracking.example.org``
    An nbtrack server or any MLflow server. Logging does not wait for the network: a call returns once the data is in
    a queue below ``~/.local/state/nbtrack``, from where it is sent in order. If the server is unreachable or the
    process is killed, the queue is kept, and this program or the next one that logs to the same server sends it.
    `nbtrack.flush` and the end of a run wait up to ``NBTRACK_FLUSH_SECONDS`` (10) and report what has not arrived.
    Creating runs and storing artifacts require the server. Credentials come from the URI or from MLflow's variables
    (``MLFLOW_TRACKING_TOKEN``, ``MLFLOW_TRACKING_USERNAME``, ``MLFLOW_TRACKING_PASSWORD``), as do certificates,
    timeouts and retries. MLflow servers have limits: a parameter of more than 6,000 or a tag of more than 8,000
    characters is truncated there and kept whole as an artifact of the run; histories are sorted by time, without
    duplicates, and filters are limited to MLflow's grammar. Removing keys, moving runs and permanent deletion need an
    nbtrack server.

``postgresql://user:password@host/database``
    A database that many machines share (``pip install 'nbtrack[postgres]'``). Tables are created on first use, in a
    database or a schema (``?options=-csearch_path%3Dnbtrack``), by a user who may create tables; no extension or
    superuser is needed. A call returns after its commit, which takes two round trips: over a slow connection,
    log many points at once (`nbtrack.log_metrics`, ``log_batch``). ``@host1,host2/`` names a primary and its standby,
    ``?read=host2`` a replica for searches and histories; see `nbtrack.server`. Tested with PostgreSQL 15 on Debian.

Artifacts are stored next to a local store, and go through a server. With PostgreSQL they go to ``mlruns`` in the
working directory unless the experiment has a location that all machines can reach. ``s3://``, ``gs://`` and
``abfss://`` locations need ``pip install 'nbtrack[cloud]'`` and the provider's usual environment variables
(``AWS_ACCESS_KEY_ID``, ``MLFLOW_S3_ENDPOINT_URL``, …). Files are streamed, whatever their size. S3 is tested against
moto's server; the services of Google and Azure have not been tried.

`Store` is the interface of all stores, with the guarantees that each of them gives.
"""
