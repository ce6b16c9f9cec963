"""Photos: only real pictures, smaller, upright, and without a trace of where they were taken."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from assetpool.core.db import atomic, db
from assetpool.custody.models import Asset
from assetpool.records import photos
from assetpool.records import service as records
from assetpool.records.photos import LONGEST_SIDE, PhotoRefused, prepared
from tests import world as worlds
from tests.walking import send, token

PLACE = {1: "N", 2: (30.0, 39.0, 0.0), 3: "E", 4: (104.0, 4.0, 0.0)}


def picture(form: str, size: tuple[int, int] = (2000, 1000), turned: bool = False, mode: str = "RGB") -> bytes:
    image = Image.new(mode, size, "red")
    exif = Image.Exif()
    exif[0x010F] = "SecretCam"
    if turned:
        exif[0x0112] = 6
    exif.get_ifd(0x8825).update(PLACE)
    content = io.BytesIO()
    image.save(content, form, exif=exif)
    return content.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_small_and_bare(form: str) -> None:
    content = picture(form)
    assert b"SecretCam" in content
    found = prepared(content)
    with Image.open(io.BytesIO(found)) as image:
        assert (image.format, max(image.size), dict(image.getexif())) == ("JPEG", LONGEST_SIDE, {})
    assert b"SecretCam" not in found
    assert b"Exif" not in found


def test_a_picture_taken_sideways_stands_upright() -> None:
    with Image.open(io.BytesIO(prepared(picture("JPEG", turned=True)))) as image:
        assert image.size == (640, 1280)


def test_what_is_see_through_becomes_white() -> None:
    content = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(content, "PNG")
    with Image.open(io.BytesIO(prepared(content.getvalue()))) as image:
        assert image.getpixel((10, 10)) == (255, 255, 255)


def gif() -> bytes:
    content = io.BytesIO()
    Image.new("P", (20, 20)).save(content, "GIF")
    return content.getvalue()


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\xff\xd8\xff\xe0 no picture", gif(), picture("PNG")[:300]])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoRefused):
        prepared(content)


def test_a_picture_that_would_fill_the_memory_is_refused_unread() -> None:
    content = io.BytesIO()
    Image.new("1", (9000, 9000)).save(content, "PNG")
    with pytest.raises(PhotoRefused):
        prepared(content.getvalue())


database_template = worlds.template


def kept_of(subject: str, subject_id: int) -> list[int]:
    found = [row.id for row in photos.of(db.session(), subject, [subject_id, None])[subject_id]]
    db.session().rollback()
    return found


def test_several_photos_of_a_thing_are_kept_with_thumbnails(world: worlds.World, app: Flask) -> None:
    tag = db.session().scalars(select(Asset.tag).where(Asset.kind_id == world.desk)).first()
    db.session().rollback()
    client = worlds.sign_in(app, "keeper")
    sent = [(io.BytesIO(picture("JPEG")), "front.jpg"), (io.BytesIO(picture("PNG")), "back.png")]
    assert send(client, f"/a/{tag}/photos", {"photos": sent}, page=f"/a/{tag}").status_code == 303
    page = client.get(f"/a/{tag}").text
    first, second = kept_of("asset", asset_id(tag))
    assert f"/photos/{first}/small" in page and f"/photos/{second}" in page
    with Image.open(io.BytesIO(client.get(f"/photos/{first}/small").data)) as image:
        assert (max(image.size), dict(image.getexif())) == (photos.SMALL_SIDE, {})
    assert b"SecretCam" not in client.get(f"/photos/{second}").data


def test_what_is_no_photo_leaves_none_of_them(world: worlds.World, app: Flask) -> None:
    tag = db.session().scalars(select(Asset.tag).where(Asset.kind_id == world.desk)).first()
    db.session().rollback()
    client = worlds.sign_in(app, "keeper")
    sent = [(io.BytesIO(picture("JPEG")), "front.jpg"), (io.BytesIO(b"%PDF-1.7"), "paper.jpg")]
    page = client.post(f"/a/{tag}/photos", data={"csrf_token": token(client.get(f"/a/{tag}")), "photos": sent}, follow_redirects=True)
    assert "JPEG" in page.text
    assert kept_of("asset", asset_id(tag)) == []


def test_a_photo_of_a_paper_is_seen_by_its_readers_alone(app: Flask) -> None:
    with app.app_context(), atomic() as session:
        world = worlds.found()
        paper = records.create(session, world.pool, "RQ", world.department_b, "draft", world.organizer_b)
        one = photos.keep(session, photos.ready(picture("JPEG")), of="document", of_id=paper.id, by=world.organizer_b).id
    seen = {}
    for name in ("organizer_b", "head_b", "keeper", "stranger", "auditor"):
        seen[name] = worlds.sign_in(app, name).get(f"/photos/{one}").status_code
    assert seen == {"organizer_b": 200, "head_b": 200, "keeper": 200, "stranger": 404, "auditor": 200}
    assert app.test_client().get(f"/photos/{one}").status_code == 302


def test_one_thing_does_not_fill_the_store_of_photos(world: worlds.World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MOST_OF_ONE", 1)
    with atomic() as session:
        photos.keep(session, photos.ready(picture("JPEG")), of="asset", of_id=1, by=world.keeper)
    with pytest.raises(photos.TooManyPhotos), atomic() as session:
        photos.keep(session, photos.ready(picture("PNG")), of="asset", of_id=1, by=world.keeper)


def asset_id(tag: str | None) -> int:
    found = db.session().scalars(select(Asset.id).where(Asset.tag == tag)).one()
    db.session().rollback()
    return found
