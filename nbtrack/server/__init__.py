"""The tracking server: the endpoint functions behind Starlette, uvicorn and the checks that every request passes."""
