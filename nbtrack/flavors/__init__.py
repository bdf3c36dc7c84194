"""``nbtrack.sklearn`` and others: the models and the autologging of one library each, as MLflow has them."""
