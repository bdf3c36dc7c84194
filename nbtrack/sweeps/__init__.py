"""Sweeps: a cell runs once for each combination of values of its parameters, each time in a namespace of its own.

::

    %%track forest --grid depth=2..6 max_features=0.3,0.6 --seeds 3
    depth = 4
    model = RandomForestClassifier(max_depth=depth, max_features=0.5).fit(X_train, y_train)
    accuracy = model.score(X_test, y_test)

The values take the place of those in the cell, or in the earlier cells that made what it uses: these run again for
each trial. Each trial is a run below the run of the sweep, has its own copy of the notebook's names and its own
output, and is seeded (`random`, `numpy`, `torch`). The table of trials is live, the best on top; *Skip* ends a trial,
*Stop* the sweep.

=========================  ===========================================================================
``--random 20``            draws from lists and ranges
``--optuna 20``            asks Optuna
``--halving``              stops trials whose curve falls behind
``--budget 10m``           starts no trial after this time
``--goal accuracy:max``    what ranks the trials
``--jobs 4``               trials in processes of their own (``pip install 'nbtrack[sweeps]'``)
``--on tcp://host:8786``   trials on a dask cluster (``pip install 'nbtrack[dask]'``)
``--resume``               runs only the trials that are missing after the kernel died
=========================  ===========================================================================

``%track best`` writes the best values into a new cell, ``%track compare`` tells whether they are better by more than
chance. ``%%track?`` explains each option. A sweep that is written as a loop needs none of this: ``%track rows``.
"""
