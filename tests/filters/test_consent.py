import json

import pytest

from filters.consent import Consent
from filters.contract import batch_of, check_annotator
from filters.cuts import Cuts


def said(page, **headers):
    """The signals of one page that came with these headers."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    batch = batch_of([""], page=[page if page is None else page.encode()], headers=[json.dumps(names)])
    return {name: values[0].as_py() for name, values in Consent().annotate(batch, Cuts(batch["text"])).items()}


def test_it_keeps_the_contract():
    check_annotator(Consent())


def test_without_html_everything_is_null():
    assert set(said(None, x_robots_tag="noai").values()) == {None}


def test_a_page_that_says_nothing_forbids_nothing():
    values = said("<p>A page.")
    assert {name: value for name, value in values.items() if value is not None} == {
        "robots_noindex": 0, "robots_noarchive": 0, "robots_nosnippet": 0, "robots_noai": 0, "tdm_reserved": 0,
        "licence_count": 0, "paywalled": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("page", "headers", "directives"),
    [
        ('<meta name="robots" content="NOINDEX, follow">', {}, "follow,noindex"),
        ("<META CONTENT=noai NAME=Robots>", {}, "noai"),
        ('<meta name="CCBot" content="noarchive">', {}, "noarchive"),
        ('<meta name="googlebot" content="noindex">', {}, None),
        ('<!-- <meta name="robots" content="noindex"> -->', {}, None),
        ("<p>robots", {"x_robots_tag": "noai, noimageai"}, "noai,noimageai"),
        ("<p>", {"x_robots_tag": "googlebot: noindex, nofollow"}, None),
        ("<p>", {"x_robots_tag": "noindex, googlebot: nofollow, ccbot: noai"}, "noai,noindex"),
        ("<p>", {"x_robots_tag": "max-snippet: 5, unavailable_after: 25 Jun 2030 15:00:00 PST"},
         "max-snippet:5,unavailable_after:25 jun 2030 15:00:00 pst"),
        ("<p>", {"x_robots_tag": "robots : max-snippet : 5"}, "max-snippet:5"),
        ('<meta name="robots" content="noarchive">', {"x_robots_tag": "noai"}, "noai,noarchive"),
    ],
)  # fmt: skip
def test_directives_come_from_meta_and_header_for_all_robots_and_for_common_crawls(page, headers, directives):
    assert said(page, **headers)["robots_directives"] == directives


def test_none_is_noindex_and_each_flag_has_its_directive():
    assert said('<meta name="robots" content="none">')["robots_noindex"] == 1
    for name in ("noindex", "noarchive", "nosnippet", "noai"):
        values = said(f'<meta name="robots" content="{name}">')
        assert [key for key in values if values[key] == 1] == [f"robots_{name}"]


@pytest.mark.parametrize(
    ("page", "headers", "reserved", "policy"),
    [
        ("<p>", {"tdm_reservation": "1", "tdm_policy": "https://a.org/p.json"}, 1, "https://a.org/p.json"),
        ("<p>", {"tdm_reservation": "0"}, 0, None),
        ('<meta name="tdm-reservation" content="1">', {}, 1, None),
        ('<meta name="tdm-reservation" content="1"><meta name="tdm-policy" content="/p">', {"tdm_reservation": "0"}, 1,
         "/p"),
        ('<meta name="tdm-reservation" content="yes">', {}, 0, None),
    ],
)  # fmt: skip
def test_rights_are_reserved_by_a_header_or_a_meta_element(page, headers, reserved, policy):
    values = said(page, **headers)
    assert (values["tdm_reserved"], values["tdm_policy"]) == (reserved, policy)


CC = "https://creativecommons.org/licenses"


@pytest.mark.parametrize(
    ("page", "licence", "place"),
    [
        (f'<head><link rel="license" href="{CC}/by-sa/4.0/"></head>', "CC-BY-SA-4.0", "link_head"),
        (f'<p><a rel="license noopener" href="{CC}/by/3.0/de/">', "CC-BY-3.0-DE", "rel_body"),
        (f'<footer><p><a rel="license" href="{CC}/by/4.0/deed.de">', "CC-BY-4.0", "rel_footer"),
        (f'<div class="site-footer"><a href="{CC}/by-nc-nd/2.5/ch/">', "CC-BY-NC-ND-2.5-CH", "link_footer"),
        (f'<p>Picture: <a href="{CC}/by/2.0">', "CC-BY-2.0", "link_body"),
        ('<a href="//creativecommons.org/publicdomain/zero/1.0/">', "CC0-1.0", "link_body"),
        ('<a href="http://creativecommons.org/publicdomain/mark/1.0/">', "CC-PDM-1.0", "link_body"),
        ('<a rel="license" href="https://www.gnu.org/licenses/fdl-1.3.html">',
         "https://www.gnu.org/licenses/fdl-1.3.html", "rel_body"),
        (f'<script type="application/ld+json">{{"license": "{CC}/by/4.0/"}}</script>', "CC-BY-4.0", "json_ld"),
        ('<script type="application/ld+json">{"license":"https:\\/\\/a.org\\/terms"}</script>', "https://a.org/terms",
         "json_ld"),
        ('<meta name="DC.rights" content="see http://creativecommons.org/licenses/by/3.0/">', "CC-BY-3.0", "meta"),
        ('<meta name="DC.rights" content="All rights reserved, licence on request">', None, None),
        ('<a href="https://creativecommons.org/about/">licenses</a>', None, None),
        (f"<p>{CC}/by/4.0/ is only named, not linked", None, None),
    ],
)  # fmt: skip
def test_a_licence_has_a_name_and_a_place(page, licence, place):
    values = said(page)
    assert (values["licence"], values["licence_place"]) == (licence, place)
    assert values["licence_count"] == (licence is not None)


def test_the_plainest_of_several_licences_is_named_and_all_are_counted():
    page = (
        f'<p><a href="{CC}/by/2.0/">x</a><a href="{CC}/by/2.0/">y</a><footer><a rel="license" href="{CC}/by-sa/4.0/">'
    )
    values = said(page)
    assert (values["licence"], values["licence_place"], values["licence_count"]) == ("CC-BY-SA-4.0", "rel_footer", 2)


@pytest.mark.parametrize(
    ("page", "paywalled"),
    [
        ('<script type="application/ld+json">{"isAccessibleForFree": false}</script>', 1),
        ('<script type="application/ld+json">{"isAccessibleForFree":"False"}</script>', 1),
        ('<script type="application/ld+json">{"isAccessibleForFree":"http://schema.org/False"}</script>', 1),
        ('<script type="application/ld+json">{"isAccessibleForFree": true}</script>', 0),
        ('<script type="application/ld+json">{"isAccessibleForFree": true, "hasPart": {"isAccessibleForFree": false',
         1),
        ("<script>isAccessibleForFree = false</script>", 0),
        ('<meta itemprop="isAccessibleForFree" content="false">', 1),
        ('<link itemprop="isAccessibleForFree" href="https://schema.org/False">', 1),
        ('<meta property="article:content_tier" content="metered">', 1),
        ('<meta property="article:content_tier" content="free">', 0),
    ],
)  # fmt: skip
def test_pay_walls_are_marked_in_three_ways(page, paywalled):
    assert said(page)["paywalled"] == paywalled


def test_a_page_in_utf_16_is_read_too():
    page = "\ufeff" + '<meta name="robots" content="noai">'
    batch = batch_of([""], page=[page.encode("utf-16-le")], headers=[None])
    assert Consent().annotate(batch, Cuts(batch["text"]))["robots_noai"].to_pylist() == [1]


def test_long_values_take_time_in_proportion_to_their_length():
    blanks = f"a{' ' * 500_000}b"  # the square of either length would be felt as minutes
    assert said(f'<meta name="robots" content="{blanks}">')["robots_directives"] == blanks
    links = '<a rel="license" href="//x.org/l">l</a>' * 10_000
    assert said(f'<div class="{"x" * 500_000} foot">{links}</div>')["licence_place"] == "rel_footer"
