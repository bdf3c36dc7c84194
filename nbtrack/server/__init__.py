"""The tracking server: MLflow's REST API and the Tracking UI over any store.

``nbtrack server --backend-store-uri mlruns --workers 2`` serves programs that log with MLflow's own client,
unchanged, and programs that log with nbtrack, from one store. Artifacts pass through it to
``--artifacts-destination`` (a directory or ``s3://bucket/prefix``). With ``--default-artifact-root`` clients access
that location themselves; with ``--no-serve-artifacts`` there is no other way.

By default it listens on this machine only, and there is no authentication. To let others in, name the allowed hosts
and require a token; terminate TLS at a reverse proxy, or name a certificate. Use ``--static-prefix /team/a`` if the
proxy serves it below a path, whether or not the proxy strips that path::

    export NBTRACK_SERVER_TOKEN=...
    nbtrack server --host 0.0.0.0 --allowed-hosts tracking.example.org --auth token

A browser passes the token once, as ``?token=``. With ``--auth basic`` the server checks ``NBTRACK_SERVER_PASSWORD``,
given as ``user:password``. With ``--auth users`` each user has a token, which ``nbtrack users add NAME
--role read`` (or ``write`` or ``admin``) prints once and the store keeps as a hash; what they change is recorded, and
``nbtrack users log`` prints it. Cross-origin requests are blocked unless ``--cors-allowed-origins`` lists the origin; a
page behind a TLS proxy that does not send ``X-Forwarded-Proto`` needs that too.

Several servers on one PostgreSQL database can run behind a load balancer, independently of one another. ``/health``
says that a process responds, ``/ready`` that it can read its store and is not about to stop; with ``--drain-seconds
10`` a server that gets SIGTERM reports there that it is stopping, and answers requests for ten more seconds. The checks
of the load balancer need a host name that the server accepts, and the token if it asks for one; for HAProxy::

    option httpchk
    http-check send meth GET uri /ready ver HTTP/1.1 hdr Host localhost hdr Authorization "Bearer TOKEN"

While a newer version upgrades the database, and until they are replaced, servers of the version before go on reading;
those of their writes that it does not accept any more are answered with 503 and ``Retry-After``.
``/metrics`` has the metrics of all workers for Prometheus, and ``--access-log`` writes a line of JSON for each request,
with the id that the answer has as ``X-Request-ID``. ``--ssl-certfile`` and ``--ssl-keyfile`` serve over TLS without a
proxy.

``--backend-store-uri 'postgresql://tracker@db1,db2/runs?read=db2'`` names a primary, the standby that takes over when
it dies, and a replica for searches and histories. Of several hosts the one that accepts writes is used; what was
acknowledged is on a standby that is synchronous. ``read=`` names hosts, with ports where they differ; a server reads
there what it has written itself only once the replica has it, and from the primary until then and when the replica
fails. What other servers wrote is found as soon as it is replicated.

A run of nbtrack's client is closed as KILLED when its process dies on the server's machine; one on another machine
without a heartbeat for five minutes is shown as stale. Runs of MLflow's client are never ended automatically.

Deliberate differences from MLflow's server:

- Nothing is truncated or clamped: tags and parameters are stored whole up to 1,000,000 characters (longer ones are
  refused), and infinite metrics stay infinite.
- Errors of the client are a 4xx, never a 500, which clients retry for minutes. An unknown status or view type, a
  body that is not valid JSON, numbers outside 64 bits and page tokens of another search are errors, not defaults.
- A run without a start time starts now. A repeated request is recorded once.
- Filters accept more than MLflow's grammar; ``NBTRACK_STRICT_MLFLOW=1`` restricts them to it.
- An artifact location outside ``--artifacts-destination`` is recorded for clients, which reach it themselves; the
  server never opens it and keeps no logged models there. Symbolic links in the destination are never followed, and its
  root cannot be deleted.
- A search is cancelled after 10 s; beyond 64 concurrent requests or 400 connections per worker, clients are asked to
  retry.
- Logged models are stored with their parameters, tags and metrics next to their files, below
  `--artifacts-destination`. The model registry and traces are not available.
"""
