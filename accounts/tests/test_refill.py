"""What was typed goes back into the right form of a page, and nothing else of it changes."""

import html
import re

import pytest

from accounts.refill import refill

PAGE = """<!DOCTYPE html>
<html lang="en"><head><!-- a comment --><title>A &amp; B</title></head><body>
<form method="get" action="/act/"><input name="q" value="kept as it was"></form>
<form method="post" action="/other/"><input name="name" value="another form"></form>
<form method="post" action="/act/" class="x">
<input type="hidden" name="row" value="7">
<input type="text" name="name" value="old &quot;one&quot;" required>
<input name="plain">
<input type="password" name="pin">
<input type="checkbox" name="yes" checked><input type="checkbox" name="many" value="a">
<input type="checkbox" name="many" value="b" checked>
<input type="radio" name="one" value="x" checked><input type="radio" name="one" value="y">
<select name="pick"><option value="">-</option><option value="1" selected>One</option>
<option value="2">Two</option></select>
<textarea name="words" rows="3">
old &lt;words&gt;</textarea>
<svg viewBox="0 0 1 1"><path d="M0 0" /></svg>
<button name="action" value="go">Go</button>
</form>
</body></html>"""


def filled(typed, page=PAGE, path="/page/", action="/act/"):
    halves, left = refill(page, path, action, typed)
    return "".join(halves), left


def test_with_nothing_typed_only_what_can_be_unticked_changes():
    page, left = filled({})
    assert left == {}
    assert page.replace(" checked", "") == PAGE.replace(" checked", "")
    assert "checked" not in page


def test_fills_every_kind_of_field():
    typed = {
        "name": ['a "b" <c>'],
        "plain": ["p"],
        "many": ["a"],
        "one": ["y"],
        "pick": ["2"],
        "words": ["</textarea>\nnew"],
        "action": ["go"],
        "row": ["8"],
        "pin": ["1234"],
    }
    page, left = filled(typed)
    assert left == {}
    assert 'value="a &quot;b&quot; &lt;c&gt;"' in page
    assert '<input name="plain" value="p">' in page
    assert re.search(r'name="many" value="a" checked', page)
    assert not re.search(r'name="many" value="b" checked', page)
    assert re.search(r'name="one" value="y" checked', page)
    assert '<option value="2" selected>' in page
    assert '<option value="1">' in page
    words = re.search(r'name="words" rows="3">\n(.*?)</textarea>', page, re.DOTALL)[1]
    assert html.unescape(words).lstrip("\n") == "</textarea>\nnew"
    assert "old &lt;words" not in page
    assert 'name="row" value="7"' in page
    assert "1234" not in page
    assert "another form" in page
    assert "kept as it was" in page


def test_leaves_over_what_has_no_field():
    assert filled({"gone": ["some words"], "blank": [" "]})[1] == {"gone": ["some words"]}


def test_adds_the_choice_to_a_list_that_is_searched_while_typing():
    page = '<form method="post" action="/act/"><select name="who"{}></select></form>'
    shown, left = filled({"who": ["7"]}, page.format(' data-ajax--url="/find/"'))
    assert '<option value="7" selected>7</option>' in shown
    assert left == {}
    assert filled({"who": ["7"]}, page.format(""))[1] == {"who": ["7"]}


def test_cuts_the_page_just_inside_the_form():
    (before, after), _left = refill(PAGE, "/page/", "/act/", {})
    assert before.endswith('<form method="post" action="/act/" class="x">')
    assert after.lstrip().startswith('<input type="hidden"')


def test_knows_a_form_without_action_by_the_address_of_its_page():
    page = '<form method="post"><input name="a"></form>'
    assert 'value="1"' in filled({"a": ["1"]}, page, path="/act/")[0]
    assert refill(page, "/elsewhere/", "/act/", {"a": ["1"]}) == (None, {"a": ["1"]})


@pytest.mark.parametrize("row", ["1", "2"])
def test_of_several_forms_with_one_address_takes_that_of_the_same_row(row):
    fields = '<input type="hidden" name="row" value="{}"><input name="a">'
    one = f'<form method="post" action="/act/">{fields}</form>'
    page = one.format(1) + one.format(2)
    shown = filled({"a": ["typed"], "row": [row]}, page)[0].split("</form>")
    assert ["typed" in form for form in shown[:2]] == [row == "1", row == "2"]


def test_refuses_nothing_however_broken_the_page():
    assert refill("<form <<< & <!- <textarea", "/", "/act/", {"a": ["b"]})[0] is None
