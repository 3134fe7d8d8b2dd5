"""Blocks of ordinary pages; they stay out of migrations."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock

FEATURES = ["bold", "italic", "link", "document-link", "ol", "ul"]


class PictureBlock(blocks.StructBlock):
    """A picture with the words a screen reader says for it."""

    image = ImageChooserBlock(label=_("image"))
    alternative = blocks.CharBlock(
        label=_("alternative text"), max_length=255, help_text=_("What the picture shows, in one sentence.")
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=255)
    licence = blocks.CharBlock(label=_("licence and photographer"), required=False, max_length=255)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "components/story/picture.html"


class QuoteBlock(blocks.StructBlock):
    """What somebody said, with their function (never a private contact)."""

    quote = blocks.TextBlock(label=_("quotation"))
    attribution = blocks.CharBlock(label=_("said by"), required=False, max_length=255)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "components/story/quote.html"


class DownloadBlock(blocks.StructBlock):
    """A document offered for download."""

    document = DocumentChooserBlock(label=_("document"))
    note = blocks.CharBlock(label=_("note"), required=False, max_length=255)

    class Meta:
        icon = "doc-full"
        label = _("Document")
        template = "components/story/download.html"


STORY_BLOCKS: list[tuple[str, blocks.Block]] = [
    ("heading", blocks.CharBlock(icon="title", label=_("Heading"), template="components/story/heading.html")),
    ("paragraph", blocks.RichTextBlock(label=_("Paragraph"), features=FEATURES)),
    ("picture", PictureBlock()),
    ("quote", QuoteBlock()),
    ("download", DownloadBlock()),
]


class StoryField(StreamField):
    """A StreamField that tells migrations nothing of its blocks, so a new block needs none."""

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types or STORY_BLOCKS, **kwargs)

    def deconstruct(self) -> Any:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
