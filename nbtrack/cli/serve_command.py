"""``nbtrack serve``: predictions of a model over HTTP."""

from __future__ import annotations

from typing import Any

import click

from nbtrack.cli.server_command import address, network_options, network_values


@click.command(context_settings={"help_option_names": ["--help"]})
@click.argument("model")
@network_options
@click.option("--trust", is_flag=True, help="Load the model even if it is an untrusted pickle.")
def serve(model: str, trust: bool, **given: Any) -> None:
    """Serve the predictions of a model: POST /invocations, in MLflow's JSON formats or CSV.

    MODEL is a folder, runs:/RUN/PATH, models:/ID or the URI of an artifact. /ping and /health answer once the model is
    loaded, /version the version of MLflow whose formats these are.

    \b
    Examples:
      nbtrack serve runs:/3f3a277559a310a11303e109cd646af1/model
      curl localhost:5000/invocations -H 'Content-Type: application/json' -d '{"inputs": [[5.1, 3.5, 1.4, 0.2]]}'
    """
    from nbtrack.models import model_file, pyfunc, scoring
    from nbtrack.server.scoring_app import create_scoring_app
    from nbtrack.server.serve import Options, run

    loaded = pyfunc.load_model(model, trust=trust)
    options = Options("", None, **network_values(given)).checked()
    click.echo(f"nbtrack serves {model} at {address(options)}")
    app = create_scoring_app(lambda body, kind: scoring.score(loaded, body, kind), options, model_file.FORMAT)
    run(app, options)
