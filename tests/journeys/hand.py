"""One person's hand at a form of the house on a phone: every field by its name, as people see them.

What decides about other fields is answered first, since the page then draws its fields anew.
"""

from __future__ import annotations

from webapp.services.demo.stories import is_files, paper, stem

READ = """form => [...form.elements].filter(e => e.name && !e.disabled || e.dataset.uploadName).map(e => ({
    name: e.dataset.uploadName ?? e.name, kind: e.dataset.uploadName ? 'file' : e.type, value: e.value,
    chosen: e.checked ?? false, decides: 'decides' in e.dataset}))"""
TYPED = frozenset({"text", "textarea", "date", "tel", "email", "time", "radio"})
#: All plain fields at one go, with the events that typing and choosing send: a round trip a field costs seconds.
TYPE = """(form, values) => { for (const [name, value] of Object.entries(values)) {
    const found = [...form.elements].filter(e => e.name === name);
    const field = found[0].type === 'radio' ? found.find(e => e.value === value) : found[0];
    field.focus();
    if (field.type === 'radio') field.checked = true; else field.value = value;
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {bubbles: true}));
} }"""
WRONG = """form => [...form.elements].filter(e => e.name && e.willValidate && !e.checkValidity())
    .map(e => `${e.name}: ${e.validationMessage}`)"""


def flat(values, prefix=""):
    """Names of fields as forms post them, and what is to stand there."""
    found = {}
    for key, value in values.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            found |= flat(value, f"{name}.")
        elif isinstance(value, list) and value and not is_files(value) and isinstance(value[0], dict):
            for place, row in enumerate(value):
                found |= flat(row, f"{name}.{place}.")
        else:
            found[name] = value
    return found


def fill(page, form, values):
    """Fill the form at this selector; the names that it never drew."""
    wanted = flat(values)
    while True:
        drawn = _drawn(page, form)
        if _row(page, form, wanted, drawn):
            continue
        todo = {
            name: value for name, value in wanted.items() if name in drawn and not _given(drawn[name], value)
        }
        deciding = [name for name in todo if drawn[name][0]["decides"]]
        if not deciding:
            break
        before = page.evaluate("window.drawn")
        _put(page, form, deciding[0], todo[deciding[0]], kind=drawn[deciding[0]][0]["kind"])
        page.wait_for_function("before => window.drawn > before", arg=before)
    plain = {name: value for name, value in todo.items() if drawn[name][0]["kind"] in TYPED}
    page.eval_on_selector(form, TYPE, {name: str(value) for name, value in plain.items()})
    for name in todo.keys() - plain.keys():
        _put(page, form, name, todo[name], kind=drawn[name][0]["kind"])
    return wanted.keys() - drawn.keys()


def send(page, form="#task-form"):
    """Press the one button; the answer is a page without a word against what was filled in."""
    wrong = page.eval_on_selector(form, WRONG)
    assert wrong == [], wrong
    with page.expect_navigation() as coming:
        page.click("[data-primary]")
    page.wait_for_selector("html[data-ready]", state="attached")
    said = page.locator(".field-error:visible, .flash.danger:visible").all_inner_texts()
    assert (coming.value.status, said) == (200, []), f"{coming.value.status}: {said}"


def _drawn(page, form):
    found = {}
    for element in page.eval_on_selector(form, READ):
        found.setdefault(element["name"], []).append(element)
    return found


def _row(page, form, wanted, drawn):
    """Add a row where one more is wanted of a list that is drawn; whether one was added."""
    for name in wanted:
        parts = name.split(".")
        lists = [".".join(parts[:place]) for place, part in enumerate(parts) if part.isdigit()]
        for path in lists:
            row = parts[path.count(".") + 1]
            there = any(each.startswith(f"{path}.{row}.") for each in drawn)
            button = page.locator(f'{form} [name="_add"][value="{path}"]')
            if not there and button.count():
                with page.expect_navigation():
                    button.click()
                page.wait_for_selector("html[data-ready]", state="attached")
                return True
    return False


def _given(elements, value):
    """Whether a field says so already."""
    kind = elements[0]["kind"]
    chosen = {each["value"] for each in elements if each["chosen"]}
    if kind == "file" or value is None:
        return value is None
    if kind == "radio":
        return chosen == {str(value)}
    if kind == "checkbox":
        return bool(chosen) == value if isinstance(value, bool) else chosen == set(map(str, value))
    return elements[0]["value"] == str(value)


def _put(page, form, name, value, *, kind):
    field = page.locator(f'{form} [name="{name}"]')
    if kind == "file":
        chosen = page.locator(f'{form} [data-upload-name="{name}"]')
        title = stem(value[0]["name"])
        chosen.set_input_files(
            [{"name": f"{title}.pdf", "mimeType": "application/pdf", "buffer": paper(title)}]
        )
        page.wait_for_selector(f'{form} input[type=hidden][name="{name}"]', state="attached")
    elif kind == "radio":
        page.check(f'{form} [name="{name}"][value="{value}"]')
    elif kind == "checkbox" and isinstance(value, bool):
        field.set_checked(value)
    elif kind == "checkbox":
        for each in value:
            page.check(f'{form} [name="{name}"][value="{each}"]')
    elif kind == "select-one":
        field.select_option(str(value))
    else:
        field.fill(str(value))
        field.blur()
