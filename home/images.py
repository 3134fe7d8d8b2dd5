"""The form of an image in the admin."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, ImageSequence
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

logger = logging.getLogger(__name__)


class WholeImageField(WagtailImageField):
    """Takes only what can be decoded to its end.

    Wagtail reads no more than the head of a file, so a broken one fails where it is first shown.
    """

    def to_python(self, data: Any) -> Any:
        """The upload, ready to be read again. Raises ``ValidationError`` where any part can't be decoded."""
        try:
            found = super().to_python(data)
            if found is not None:
                _decode(found)
        except ValidationError:
            raise
        except Exception as error:  # each decoder fails in its own way
            logger.info("an upload is no whole image: %r", error)
            raise ValidationError(self.error_messages["invalid_image"], code="invalid_image") from error
        return found


def _decode(file: Any) -> None:
    """Read every frame, as far as showing the image in any size would. Its pixels have been counted."""
    file.seek(0)
    with Image.open(file) as image:
        for frame in ImageSequence.Iterator(image):
            frame.load()
        image.seek(0)
        ImageOps.exif_transpose(image)
    file.seek(0)


class DescribedImageForm(BaseImageForm):
    """An image is described once, when it is added: pages then offer the words as alternative text."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self.fields["description"].required = True
            self.fields["description"].help_text = _("What the image shows, in one sentence.")
        if "file" in self.fields:
            old = self.fields["file"]
            self.fields["file"] = WholeImageField(label=old.label, required=old.required, widget=old.widget)
