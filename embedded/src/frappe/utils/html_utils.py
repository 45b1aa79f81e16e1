"""HTML from people: cleaning, escaping, stripping, Markdown."""

import functools
import html as _html
import re
from typing import Any

_TAG = re.compile("<[^>]+>")
_TAG_OR_COMMENT = re.compile(r"<!--.*?-->|<[^>]*>")
_LOOKS_LIKE_TAG = re.compile(r"<[A-Za-z!/?]")
_ESCAPES = str.maketrans({"&": "&amp;", '"': "&quot;", "'": "&apos;", ">": "&gt;", "<": "&lt;"})

_TAGS = frozenset(
    """
    a abbr acronym address article aside audio b bdi bdo big blockquote br button caption center cite code col
    colgroup dd del details dfn dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6
    header hr i img input ins kbd label legend li main map mark meter nav ol optgroup option output p picture pre
    progress q s samp section select small source span strike strong sub summary sup table tbody td textarea tfoot
    th thead time tr tt u ul var video
    """.split()
)
_ATTRIBUTES = frozenset(
    """
    abbr align alt aria-hidden aria-label border cellpadding cellspacing checked cite class color cols colspan
    contenteditable controls coords datetime dir disabled face for frame headers height high href hreflang id
    inputmode label lang list loop low max maxlength min multiple name open optimum placeholder poster preload
    readonly rel required rev role rows rowspan rules scope selected shape size span spellcheck src start step
    style summary tabindex target title type usemap valign value width wrap
    """.split()
)
_STYLES = frozenset(
    """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-spacing border-style border-top border-width bottom clear color display float font font-family
    font-size font-style font-variant font-weight height left letter-spacing line-height list-style
    list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-height
    min-width opacity overflow padding padding-bottom padding-left padding-right padding-top right table-layout
    text-align text-decoration text-indent text-overflow text-transform top vertical-align visibility white-space
    width word-break word-spacing word-wrap
    """.split()
)
_PROTOCOLS = frozenset({"cid", "http", "https", "mailto", "tel"})


def is_html(text: Any) -> Any:
    """The first tag found (true), or a false value."""
    return _TAG.search(text) if isinstance(text, str) else False


def strip_html(text: str) -> str:
    """Without tags and comments."""
    return _TAG_OR_COMMENT.sub("", text)


def strip_html_tags(text: str) -> str:
    """Without tags."""
    return re.sub(r"<[^>]*>", "", text)


def escape_html(text: Any) -> Any:
    """Text as it must stand in HTML; what is no text comes back as it is."""
    return text.translate(_ESCAPES) if isinstance(text, str) else text


def unescape_html(value: str) -> str:
    """Entities replaced by their characters."""
    return _html.unescape(value)


@functools.lru_cache(maxsize=1)
def _css() -> Any:
    from bleach.css_sanitizer import CSSSanitizer

    return CSSSanitizer(allowed_css_properties=_STYLES)


def _allowed(_tag: str, name: str, _value: str) -> bool:
    return name in _ATTRIBUTES or name.startswith("data-")


def sanitize_html(html: Any, linkify: bool = False, always_sanitize: bool = False) -> Any:
    """HTML with only harmless tags, attributes and styles; other tags are shown as text. Plain text is not touched."""
    if not isinstance(html, str) or (not always_sanitize and not _LOOKS_LIKE_TAG.search(html)):
        return html
    import bleach

    cleaned = bleach.clean(
        html, tags=_TAGS, attributes=_allowed, css_sanitizer=_css(), strip_comments=False, protocols=_PROTOCOLS
    )
    return bleach.linkify(cleaned) if linkify else cleaned


def to_markdown(html: str) -> str:
    """Markdown of HTML."""
    from markdownify import markdownify

    return markdownify(html or "", heading_style="ATX", wrap=True, strip_document=None)


html2text = to_markdown


def md_to_html(markdown_text: str | None) -> str:
    """HTML of Markdown. It is not cleaned: use `markdown()` for what people write."""
    from markdown2 import markdown as convert

    extras = {
        "fenced-code-blocks": None,
        "tables": None,
        "header-ids": None,
        "toc": None,
        "highlightjs-lang": None,
        "html-classes": {"table": "table table-bordered", "img": "screenshot"},
    }
    return convert(markdown_text or "", extras=extras)


def markdown(text: str, sanitize: bool = True, linkify: bool = True) -> str:
    """HTML of Markdown (or of HTML), cleaned."""
    html = text if is_html(text) else md_to_html(text)
    return sanitize_html(html.replace("<!-- markdown -->", ""), linkify=linkify) if sanitize else html
