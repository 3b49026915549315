"""Forms: form-js schemas read once, and the same rules on the server as on the page.

``load`` reads a schema for publishing, ``accept`` checks what was submitted, ``visible`` cuts values down to
what a step may show, ``aside`` adds what conditions look at, ``localise`` puts a schema into a language.
Nothing here knows a session or a request.
"""

from webapp.services.forms.access import OPEN, Access, access_problems, aside, visible
from webapp.services.forms.check import Accepted, accept
from webapp.services.forms.files import Upload
from webapp.services.forms.languages import in_language, localise, shaped, untranslated
from webapp.services.forms.loader import load
from webapp.services.forms.payload import read_json
from webapp.services.forms.posted import read_posted
from webapp.services.forms.render import FieldView, view
from webapp.services.forms.schema import Component, Form, Problem, SchemaError
from webapp.services.forms.spoken import spoken

__all__ = [
    "OPEN",
    "Accepted",
    "Access",
    "Component",
    "FieldView",
    "Form",
    "Problem",
    "SchemaError",
    "Upload",
    "accept",
    "access_problems",
    "aside",
    "in_language",
    "load",
    "localise",
    "read_json",
    "read_posted",
    "shaped",
    "spoken",
    "untranslated",
    "view",
    "visible",
]
