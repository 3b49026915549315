"""Evidence: the verdict on a case, its pack to take away, and the check of a pack that somebody brings."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from flask import Blueprint, Response, render_template, request, send_file

from webapp.adapters.verifier import verifier_digest, verifier_text, verify
from webapp.domain.errors import InvalidError
from webapp.domain.pack import safe_name
from webapp.domain.text import msg
from webapp.services.evidence import export_pack, open_evidence
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue

    from webapp.services.evidence import Exported

blueprint = Blueprint("evidence", __name__)


@blueprint.get("/cases/<int:case_id>/evidence")
@signed_in
def page(case_id: int) -> ResponseReturnValue:
    """The verdict on a case, computed now."""
    with edge().view(actor()) as work:
        return render_template(
            "evidence/case.html", page=open_evidence(work, case_id), digest=verifier_digest()
        )


@blueprint.post("/cases/<int:case_id>/evidence.zip")
@signed_in
def pack(case_id: int) -> ResponseReturnValue:
    """Seal, stamp, write and hand out the pack; its hash stands in a header and in the log."""
    who, house = actor(), edge()
    out = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  # closed with the answer
    try:
        exported = export_pack(lambda: house.unit(who), case_id, out, doors=house.ports.signing())
    except BaseException:
        out.close()
        raise
    return hand_out(out, exported)


def hand_out(out: BinaryIO, exported: Exported) -> Response:
    """A written pack as download, its SHA-256 in the header ``X-Pack-SHA256``; closes the file at the end."""
    out.seek(0)
    answer = send_file(
        out, mimetype="application/zip", as_attachment=True, download_name=f"{exported.number}.zip"
    )
    answer.headers["X-Pack-SHA256"] = exported.sha256
    answer.content_length = exported.size
    answer.call_on_close(out.close)
    return answer


@blueprint.get("/evidence/verify_pack.py")
@signed_in
def verifier() -> ResponseReturnValue:
    """The published verifier."""
    headers = {"Content-Disposition": 'attachment; filename="verify_pack.py"'}
    return Response(verifier_text(), mimetype="text/x-python", headers=headers)


@blueprint.get("/evidence/verify")
@signed_in
def check() -> ResponseReturnValue:
    """Where a pack is handed in."""
    return render_template("evidence/verify.html", results=None, digest=verifier_digest())


def _given(folder: Path) -> Iterator[Path]:
    """The earlier file, where one is handed in, under its own name."""
    file = request.files.get("given")
    if file is not None and file.filename:
        folder.mkdir()
        path = folder / safe_name(file.filename)
        file.save(path)
        yield path


@blueprint.post("/evidence/verify")
@signed_in
def check_pack() -> ResponseReturnValue:
    """Run the same verifier over a pack that somebody brings; the root is this installation's.

    With a book or pack that they got before, it also says whether the log knows of it.
    """
    file = request.files.get("pack")
    if file is None or not file.filename:
        raise InvalidError(msg("没有收到文件，请重新选择。"))
    house = edge()
    roots = house.ports.signing().trust(house.clock())["root.pem"]
    with tempfile.TemporaryDirectory(prefix="hegui-verify-") as folder:
        path = Path(folder) / "pack.zip"
        file.save(path)
        results = verify(path, roots, tuple(_given(Path(folder) / "given")))
    passed = all(result["passed"] for result in results)
    return render_template(
        "evidence/verify.html", results=results, passed=passed, name=file.filename, digest=verifier_digest()
    )
