"""The unit of work of a request that logs in, out or changes an account.

Flask-Security commits where it likes; here its commits are flushes, and the edge commits once when the
request ends well, also one that refuses a log-in, so that the failure is counted.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from flask import g, has_request_context

from webapp.domain.permissions import SYSTEM
from webapp.views.house import edge

if TYPE_CHECKING:
    from flask import Flask, Response

    from webapp.services.work import Work


def account_work() -> Work:
    """The unit of this request, opened when first asked for."""
    if "account_work" not in g:
        g.account_stack = ExitStack()
        g.account_work = g.account_stack.enter_context(edge().unit(SYSTEM))
    found: Work = g.account_work
    return found


def account_open() -> bool:
    """Whether this request has such a unit."""
    return has_request_context() and "account_work" in g


def install_unit(app: Flask) -> None:
    """Commit the unit with the answer; a request that ends in an error of ours rolls it back."""

    @app.after_request
    def _close(response: Response) -> Response:
        stack: ExitStack | None = g.pop("account_stack", None)
        g.pop("account_work", None)
        if stack is not None:
            if response.status_code >= 500:
                stack.__exit__(RuntimeError, RuntimeError("rolled back"), None)
            else:
                stack.close()
        return response

    @app.teardown_request
    def _abandon(_error: BaseException | None) -> None:
        stack: ExitStack | None = g.pop("account_stack", None)
        if stack is not None:
            stack.__exit__(RuntimeError, RuntimeError("abandoned"), None)
