"""Errors as JSON: MLflow's error codes, their HTTP statuses, and the exceptions that they represent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack import errors

if TYPE_CHECKING:
    from nbtrack.wire.values import Json

STATUSES = {
    "INVALID_PARAMETER_VALUE": 400,
    "RESOURCE_ALREADY_EXISTS": 400,
    "BAD_REQUEST": 400,
    "MALFORMED_REQUEST": 400,
    "INVALID_STATE": 400,
    "UNAUTHENTICATED": 401,
    "CUSTOMER_UNAUTHORIZED": 401,
    "PERMISSION_DENIED": 403,
    "RESOURCE_DOES_NOT_EXIST": 404,
    "NOT_FOUND": 404,
    "ENDPOINT_NOT_FOUND": 404,
    "RESOURCE_CONFLICT": 409,
    "ABORTED": 409,
    "REQUEST_LIMIT_EXCEEDED": 429,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL_ERROR": 500,
    "DATA_LOSS": 500,
    "NOT_IMPLEMENTED": 501,
    "TEMPORARILY_UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
"""The HTTP status of each code; unlike in MLflow, INVALID_STATE is the caller's mistake and not a 500."""

_CLASSES: dict[str, type[errors.NbtrackError]] = {
    "RESOURCE_ALREADY_EXISTS": errors.AlreadyExists,
    "INVALID_STATE": errors.WrongState,
    "UNAUTHENTICATED": errors.Refused,
    "CUSTOMER_UNAUTHORIZED": errors.Refused,
    "PERMISSION_DENIED": errors.Refused,
    "RESOURCE_DOES_NOT_EXIST": errors.NotFound,
    "NOT_FOUND": errors.NotFound,
    "ENDPOINT_NOT_FOUND": errors.Unsupported,
    "NOT_IMPLEMENTED": errors.Unsupported,
    "DATA_LOSS": errors.StorageFailed,
}
_BY_STATUS = {401: errors.Refused, 403: errors.Refused, 404: errors.NotFound, 501: errors.Unsupported}
_CLASS = "nbtrack_error"


def write_error(error: errors.NbtrackError) -> tuple[int, Json]:
    """Return the status and the JSON of an error."""
    status = STATUSES.get(error.error_code, 500)
    where = {"reason": error.reason, "column": error.column} if isinstance(error, errors.FilterError) else {}
    return status, {"error_code": error.error_code, "message": error.message, _CLASS: type(error).__name__, **where}


def read_error(status: int, record: object, text: str) -> errors.NbtrackError:
    """Return the error of a response, from its JSON if there is any, otherwise from its text."""
    code = record.get("error_code") if isinstance(record, dict) else None
    message = record.get("message") if isinstance(record, dict) else None
    reason = str(message or f"the server answered {status}: {text[:500]}")
    if isinstance(record, dict) and record.get(_CLASS) in {"WrongState", "Unchangeable", "StorageFailed"}:
        kind: type[errors.NbtrackError] = getattr(errors, record[_CLASS])
    elif code in _CLASSES:
        kind = _CLASSES[code]
    elif status >= 500 or status == 429:
        kind = errors.Unreachable
    else:
        kind = _BY_STATUS.get(status, errors.InvalidValue)
    return kind(reason, code)
