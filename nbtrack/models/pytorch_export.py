"""Modules of PyTorch as exported graphs, in the format ``pt2``: they are loaded without the class of the module.

https://docs.pytorch.org/docs/stable/user_guide/torch_compiler/export/pt2_archive.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack.errors import InvalidValue, Unsupported

if TYPE_CHECKING:
    from pathlib import Path

FORMAT, FILE = "pt2", "model.pt2"


def inputs_of(example: Any) -> tuple[Any, ...]:
    """Return the tensors of an example: an array or tensor, or a tuple or list with one for each argument.

    Raise `InvalidValue` for anything else.
    """
    import numpy as np
    import torch

    several = tuple(example) if isinstance(example, list | tuple) else (example,)
    if not several or not all(isinstance(each, np.ndarray | torch.Tensor) for each in several):
        raise InvalidValue(
            f"serialization_format={FORMAT!r} needs input_example: an array or tensor, or a tuple with one for each"
            " argument of the module"
        )
    return tuple(torch.from_numpy(each) if isinstance(each, np.ndarray) else each for each in several)


def export(module: Any, example: Any, file: Path) -> None:
    """Write the graph of a module, in evaluation mode; the first dimension of each input may have any size.

    This needs an example of more than one row: PyTorch treats a dimension of one as fixed.

    Raises
    ------
    InvalidValue
        When the example is missing, or PyTorch can't trace the module with it.
    Unsupported
        For a scripted module, and for PyTorch before 2.6.
    """
    import torch

    if isinstance(module, torch.jit.ScriptModule) or not hasattr(torch.export.Dim, "AUTO"):
        raise Unsupported(f"The format {FORMAT} needs a module that is not scripted, and PyTorch 2.6: use 'pickle'")
    tensors = inputs_of(example)
    rows = [{0: torch.export.Dim.AUTO} if each.ndim else None for each in tensors]
    trains = module.training
    module.eval()
    try:
        torch.export.save(torch.export.export(module, tensors, dynamic_shapes=rows), str(file))
    except Exception as error:  # the code of the module may raise any error while it is traced
        raise InvalidValue(
            f"{type(module).__name__} can't be exported: {type(error).__name__}: {str(error)[:500]}; use 'pickle'"
        ) from error
    finally:
        module.train(trains)
