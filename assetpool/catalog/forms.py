"""Forms of the catalogue."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired


class PhotoForm(FlaskForm):  # type: ignore[misc]
    """A photo for a kind."""

    photo = FileField(_l("Photo"), validators=[FileRequired(_l("Choose a photo."))], render_kw={"accept": "image/jpeg,image/png,image/webp"})
