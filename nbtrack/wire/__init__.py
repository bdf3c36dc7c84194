"""Speaking MLflow's REST: the table of endpoints and the JSON of everything that goes over them.

Both are written once, and read by the server and by the store behind a server alike.
"""
