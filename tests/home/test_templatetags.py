"""What templates may use of the site."""

from __future__ import annotations

from home.templatetags.site import breakable


def test_a_long_number_breaks_after_its_slashes_and_stays_escaped():
    assert breakable("00001/PKA/2026") == "00001/<wbr>PKA/<wbr>2026"
    assert breakable("<b>/2") == "&lt;b&gt;/<wbr>2"
    assert breakable("7") == "7"
