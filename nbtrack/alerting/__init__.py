"""Alerts: messages about a run for its user, and the rules by which points of metrics raise them.

``nbtrack.alert(title, text, level)`` raises an alert at once. A rule raises one when it holds; it is set for an
experiment by ``nbtrack.alert_rule(rule)`` or ``%track alert "RULE"``, with ``--stop`` to stop the run as well::

    loss is nan
    val_loss plateaus for 10      no better value within 10 points
    acc > 0.95                    also >=, < and <=
    no point for 10m              also 90s, 2h

An alert is shown on the card and with the run, and is posted to the URL in ``NBTRACK_WEBHOOK``, as JSON or, for
``hooks.slack.com``, in the form of Slack. A server with that setting posts the alerts of all runs that log to it.

Steering is the other direction: ``lr = nbtrack.live("lr", 0.1)`` in a loop is a value that can be changed while the run
is running: in a field of the live card, by ``nbtrack.control(run, lr=0.01)``, by ``nbtrack runs set RUN lr=0.01`` or by
an agent. Its curve is the metric ``live/lr``.
"""
