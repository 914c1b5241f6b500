"""Many more forms of session IDs, each as one text with what must come out of it: the tables stand in `forms_*.py`."""

from __future__ import annotations

import pytest

from shared.extract.engines import PLAIN
from tests.extract import (
    forms_carriers,
    forms_consoles,
    forms_errors,
    forms_hard,
    forms_javascript,
    forms_native,
    forms_prose,
    forms_web,
    forms_wrong,
)
from tests.extract.forms import Form, differences

TABLES = (
    forms_native,
    forms_carriers,
    forms_consoles,
    forms_errors,
    forms_web,
    forms_javascript,
    forms_prose,
    forms_wrong,
    forms_hard,
)


@pytest.mark.parametrize("form", [form for table in TABLES for form in table.FORMS], ids=lambda form: form.name)
def test_a_form_gives_its_ids_and_what_is_said_of_them(form: Form) -> None:
    assert differences(form) == []
    assert differences(form, PLAIN) == []
