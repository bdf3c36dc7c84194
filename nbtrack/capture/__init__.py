"""What a tracked cell records, without a logging call in it.

``%%track``, ``%track auto`` and ``nbtrack.auto_run()`` read the code of a cell before it runs, follow its loops while
it runs, and read its values afterwards. This is the contract of what they record; `nbtrack.capture.rules` has a module
for each part of it.

**Parameters** are the settings that the author chose::

    EPOCHS = 3                              EPOCHS              a name bound to a constant
    hidden = (64, 32)                       hidden              a short list or tuple of constants
    cfg = {"lr": 0.1, "opt": {"m": 0.9}}    cfg.lr, cfg.opt.m   the entries of a dict, dataclass, namedtuple, namespace
                                                                or class of constants
    train(net, lr)                          lr                  a setting of an earlier cell, as it was on entry
    SVC(10).fit(X, y)                       SVC.C               a constant in a call that a result depends on, or that
                                                                trains a model, also in an earlier cell
    main()                                  epochs              a constant in a function that gives results, bound to a
                                                                name or given to a model, ``epochs = 3``
    best = min(errors, key=errors.get)      best                a setting that the cell chose by its results

If a name is bound to two constants, the last one counts; of a schedule (``lr *= 0.95``), the initial value. If two
calls would have the same key, the name of the object replaces the callee: ``weak.C``, ``strong.C``; the values of
objects without a name form a list: ``Dense.units = [64, 1]``. Calls of earlier cells have the values that hold now. In
a cell without a metric, the constants of calls that create or train parts of an experiment are parameters. Not
parameters: counters and accumulators, names that only a plot or a title reads, names that begin with an underscore,
files and devices, arguments without influence on the result (``axis``, ``verbose``, ``n_jobs`` and the like).

**Metrics** are the results: real numbers that the cell computes and that nothing else in it uses::

    acc = model.score(X, y)                 acc                 a name whose final value is a number
    print(f"{mse(y, p):.3f}")               mse                 a number that is displayed, named after its callee,
                                                                attribute or key
    {"f1": f1, "auc": auc}                  f1, auc             each number of a displayed dict, Series, tuple or
                                                                one-row frame
    print("Test accuracy:", 1 - wrong / n)  test_accuracy       a number that is displayed after a label
    scores[name] = evaluate(model)          scores.svm          the entries of a dict that a loop fills under names
    print(classification_report(y, p))      accuracy, macro_f1  the numbers of a printed report or summary
    search.fit(X, y)                        best_score_         what a training call leaves behind in its object,
                                                                and the settings that a search found: ``best.C``,
                                                                also one written as a loop

An accuracy that is displayed beside a report of the same data is recorded once. Displaying, formatting, comparing,
rounding, copying a value and collecting it in a list do not count as use. Not metrics: sizes, counters, loop variables,
seeds, ids, times, and what follows from settings alone (``steps = epochs * 10``), unless it is called by the field's
word for a result (``acc = 1 - wrong / n``) or a loop displays how it develops (``balance *= 1 + rate``).

**Curves** are metrics with a point for each iteration of a loop::

    for epoch in range(EPOCHS):
        loss = step()                       loss                a result that each iteration binds
        history.append(evaluate())          history             a list that collects values without a name
        rows.append({"f1": f1(), "t": t})   rows.f1             each entry of rows of dicts
        rows.append([depth, f1(), 0.5])     rows.f1             each result in rows without keys
        errors[rate] = evaluate(rate)       errors              a dict that a loop over numbers fills, or a list or
                                                                array that a loop fills element by element

The same goes for a comprehension over settings, ``scores = [evaluate(depth) for depth in depths]``, and for what a loop
draws from a generator of the notebook, ``for epoch, loss in training(net)``.

They are also read from what a training call returns, fills or leaves in its object, by its shape: the history of a
Keras or skorch model, ``evals_result``, ``loss_curve_``, the frame of ``xgb.cv``, the trials of a study, the rows that
a Lightning trainer logged, a list or array of scores; of XGBoost and LightGBM also from what they print round by round.

Loops in functions of the notebook, or of a module beside it, that the cell calls give curves likewise, under the names
inside the function; what such a function displays when it returns is a metric, or in a loop of the cell a point of a
curve. A value that it returns is recorded under the name that the cell gives it; a list or a number that stays in an
object (``self.losses_.append(loss)``, ``self.loss_ = loss``) under its own.

The step is the loop variable where it is an integer that grows, else the number of the iteration, from 0. Of nested
loops the outermost counts, or with ``--every batch`` the innermost; where the variable of the outer one is a setting of
what the inner one computes (``for depth in depths: for rate in rates: score = …``), each iteration counts. The
iterations of such loops, of simple loops over settings, and the candidates of a search are the rows of the run. An
iteration that ends by ``continue``, ``break`` or an error counts as well. The final value of the name is one more point
where it differs from the last one.

**What is asked for or logged comes first.** ``--params a,b`` and ``--metrics x`` record these names whatever their
values; a key that the user logs is never inferred; ``--no-infer`` switches inference off. The run stores where each
value comes from (``%track why``), and ``%track drop NAME`` permanently removes one. Numbers that looked like results
but were not recorded are named on the card; ``%track keep NAME`` records one, in that run and from then on.

**Always.** The cell behaves as without tracking: the same result, output, exception, traceback, names and random
numbers. Values are recognised by their type alone: nothing of an unknown type is compared, converted or copied. A cell
that fails keeps what it had bound before. Strings that are secrets, by their name or their shape, are stored as ``***``
(see `nbtrack.redaction`).
"""

from nbtrack.capture.analysis.notebook_history import NotebookHistory
from nbtrack.capture.facts import Fact, Facts, PassedOver, Points
from nbtrack.capture.plan import Plan, plan
from nbtrack.capture.runtime.probe import Probe

__all__ = ["Fact", "Facts", "NotebookHistory", "PassedOver", "Plan", "Points", "Probe", "plan"]
