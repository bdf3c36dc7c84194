"""MLflow's REST API: the table of endpoints and the JSON of their arguments and responses.

The server and the REST store share both.
"""
