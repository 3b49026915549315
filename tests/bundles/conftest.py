"""The small company with a document, files and a person of legal: 王芳 for the company, 林静 for the branch."""

from io import BytesIO

import pytest
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import select

from models.account import Grant
from models.bundle import Bundle
from models.organisation import Entity
from models.task import Attachment
from tests.documents.conftest import Papers
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.evidence.bundles.access import exhibits_of
from webapp.services.evidence.bundles.create import Facts, create_bundle
from webapp.services.evidence.bundles.exhibits import Description, describe
from webapp.services.reference.seed import seed_reference

LEGAL, FAR_LEGAL = "wang", "far_hr"
#: What stands above the database, or costs a PDF, is shown on one of the two.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pdf(*pages):
    """A PDF with a line of Latin letters on each page."""
    out = BytesIO()
    canvas = Canvas(out, invariant=True)
    for words in pages:
        canvas.drawString(72, 700, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


class Desk(Papers):
    """The company, its legal, and what they put together."""

    def __init__(self, house):
        super().__init__(house)
        with house.unit(SYSTEM) as work:
            entities = dict(work.session.execute(select(Entity.code, Entity.id)).all())
            for who, code in ((LEGAL, "YS"), (FAR_LEGAL, "YS-GZ")):
                work.session.add(Grant(person_id=self.ids[who], role=Role.LEGAL, entity_id=entities[code]))

    def file(self, case_id, name, data, *, kind=None, media_type="application/pdf", dangerous=False):
        """A file of a case; its id."""
        with self.house.unit(SYSTEM) as work:
            row = Attachment(
                case_id=case_id,
                name=name,
                media_type=media_type,
                size=len(data),
                sha256=work.ports.blobs.put(data),
                field=kind,
                dangerous=dangerous,
                uploaded_by_id=self.ids["hr"],
                uploaded_at=work.now,
            )
            work.session.add(row)
            work.session.flush()
            return row.id

    def case(self, who="lina"):
        """A case about a person that has made its document; its id."""
        case_id = self.begin(who)
        self.worker.sweep()
        return case_id

    def bundle(self, *, collect=True, who="lina", **facts):
        """A bundle of legal about a person; its id."""
        with self.unit(LEGAL) as work:
            about = Facts(title=facts.pop("title", "李娜：违法解除争议"), **facts)
            return create_bundle(work, self.ids[who], about, collect=collect)

    def version(self, bundle_id):
        """The version of a bundle as it stands."""
        with self.house.view(SYSTEM) as work:
            return work.session.get_one(Bundle, bundle_id).version

    def describe(self, bundle_id, **words):
        """Legal writes other words about the first exhibit; the rest of it stays."""
        row = self.rows(bundle_id)[0]
        names = ("name", "source", "proves", "content", "form", "kind")
        said = Description(**{**{name: getattr(row, name) for name in names}, **words})
        with self.unit(LEGAL) as work:
            describe(work, bundle_id, row.id, said=said, version=self.version(bundle_id))

    def names(self, bundle_id, side=None):
        """Names of the exhibits in their order."""
        with self.house.view(SYSTEM) as work:
            return [row.name for row in exhibits_of(work, bundle_id, side)]

    def rows(self, bundle_id, side=None):
        """The exhibits in their order."""
        with self.house.view(SYSTEM) as work:
            return exhibits_of(work, bundle_id, side)


@pytest.fixture
def company(house):
    return Desk(house)


def two_files(company, case_id):
    """A bundle of a case with two files; its id."""
    company.file(case_id, "送达回执.pdf", pdf("receipt of 24 November", "second page"), kind="service")
    company.file(case_id, "工会函.pdf", pdf("letter to the union"), kind="union_letter")
    return company.bundle()


@pytest.fixture
def filled(company):
    """A bundle of two files; its id."""
    return two_files(company, company.begin())


@pytest.fixture
def whole(company):
    """A bundle of a document that the house made and two files; its id."""
    return two_files(company, company.case())


@pytest.fixture
def law(company):
    """The law's parameters and the rules for gaps, in their tables."""
    with company.house.unit(SYSTEM) as work:
        seed_reference(work)
