"""The scan desk sees: a printed label before the camera through both decoders, and the photo where a plain address gives no camera."""

from __future__ import annotations

import io
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pypdfium2
import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from assetpool.labels.decode import decode_photo
from tests import world as worlds
from tests.conftest import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES
from tests.handovers.conftest import Floor
from tests.journeys.phone import certified
from tests.journeys.scanning import database_template, floor, ready, sign_in

__all__ = ["database_template", "floor"]
WIDTH, HEIGHT, FRAMES = 640, 480, 12
# Chromium on Linux has no reader of its own: one that sees what the page's does is put where a phone's would be.
NATIVE = """
window.BarcodeDetector = class {
  static async getSupportedFormats() { return ['qr_code']; }
  async detect(source) {
    const blob = await new Promise((done) => {
      const canvas = document.createElement('canvas');
      canvas.width = source.videoWidth; canvas.height = source.videoHeight;
      canvas.getContext('2d').drawImage(source, 0, 0);
      canvas.toBlob(done, 'image/png');
    });
    return (await window.seen(Array.from(new Uint8Array(await blob.arrayBuffer())))).map((rawValue) => ({ rawValue }));
  }
};
"""


def label(app: Flask, tags: list[str]) -> Image.Image:
    """Return a sheet of printed labels, as the pool prints them, seen from near."""
    client = worlds.sign_in(app, "keeper")
    answer = client.get(f"/api/v1/labels.pdf?tags={','.join(tags)}&layout=roll-50x30", headers={"X-From-Page": "1"})
    assert answer.status_code == 200, answer.text
    pages = [page.render(scale=2.4).to_pil().convert("L") for page in pypdfium2.PdfDocument(answer.data)]
    sheet = Image.new("L", (max(page.width for page in pages), sum(page.height for page in pages)), 255)
    above = 0
    for page in pages:
        sheet.paste(page, (0, above))
        above += page.height
    return sheet


def filmed(picture: Image.Image, target: Path) -> Path:
    """Write a film for the fake camera: some empty frames, then the label held askew before a grey wall."""
    wall = Image.new("L", (WIDTH, HEIGHT), 120)
    scene = wall.copy()
    shown = picture.copy()
    shown.thumbnail((WIDTH - 80, HEIGHT - 80))
    paper = Image.new("L", (shown.width + 40, shown.height + 40), 255)
    paper.paste(shown, (20, 20))
    held = paper.rotate(8, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=120)
    scene.paste(held, ((WIDTH - held.width) // 2, (HEIGHT - held.height) // 2))
    colour = bytes([128]) * (WIDTH * HEIGHT // 2)
    with target.open("wb") as film:
        film.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            film.write(b"FRAME\n" + (wall if number < 3 else scene).tobytes() + colour)
    return target


@contextmanager
def camera(chromium: Browser, film: Path, *trusted: str) -> Iterator[Browser]:
    """Start a browser of its own whose camera shows the film and that trusts an authority; one film per start."""
    program = next(found for name in CHROMIUM_NAMES if (found := shutil.which(name)))
    faked = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    browser = chromium.browser_type.launch(executable_path=program, args=[*CHROMIUM_ARGUMENTS, *faked, *trusted])
    try:
        yield browser
    finally:
        browser.close()


def desk(browser: Browser, address: str, path: str, **more: object) -> Page:
    """Open the desk as the keeper on a phone."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale="en-GB", **more)  # type: ignore[arg-type]
    page = context.new_page()
    sign_in(page, address)
    page.goto(address + path)
    ready(page)
    return page


def seen(content: list[int]) -> list[str]:
    """Read a frame as a phone's own reader would."""
    return decode_photo(bytes(content))


@pytest.fixture
def secured(app: Flask, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Give the address of a server with the local authority's certificate, and the argument that trusts it."""
    server, trust = certified(app, tmp_path / "tls")
    server.start()
    yield server.address, trust
    server.stop()


@pytest.mark.parametrize("reader", ["native", "wasm", "server"])
def test_over_https_the_camera_reads_a_printed_label(
    app: Flask, floor: Floor, secured: tuple[str, str], chromium: Browser, tmp_path: Path, reader: str
) -> None:
    (tag, *_) = floor.tags(floor.world.desk)
    film = filmed(label(app, [tag]), tmp_path / "label.y4m")
    address, trust = secured
    with camera(chromium, film, trust) as browser:
        page = desk(browser, address, "/floor/find", permissions=["camera"], service_workers="block")
        assert page.url.startswith("https://")
        if reader == "native":
            page.expose_function("seen", seen)
            page.add_init_script(NATIVE)
        if reader == "server":
            page.route("**/vendor/zxing_reader.*", lambda route: route.abort())
        page.reload()
        ready(page)
        page.locator("[data-camera]").click()
        expect(page.locator("[data-desk]")).to_have_attribute("data-reader", reader, timeout=60_000)
        expect(page.locator("#desk-list > li")).to_have_attribute("data-tag", tag, timeout=60_000)
        page.wait_for_timeout(2500)
        expect(page.locator("#desk-list > li")).to_have_count(1)
        page.locator("[data-camera]").click()
        expect(page.locator(".cam")).to_be_hidden()


def outside() -> str:
    """Return this computer's own address in the network, which is no secure place for a browser."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"


def test_on_a_plain_address_the_photo_is_read_by_the_server_several_codes_at_once(app: Flask, floor: Floor, chromium: Browser, tmp_path: Path) -> None:
    tags = floor.tags(floor.world.desk)[:3]
    photo = io.BytesIO()
    label(app, tags).save(photo, "JPEG", quality=80)
    server = make_server("0.0.0.0", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    host = outside()
    try:
        page = desk(chromium, f"http://{host}:{server.server_port}", "/floor/find")
        if host != "127.0.0.1":
            assert page.evaluate("window.isSecureContext") is False
            expect(page.locator("[data-camera]")).to_be_hidden()
        with page.expect_response("**/scan/decode") as asked:
            page.locator("[data-photo]").set_input_files({"name": "labels.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()})
        assert asked.value.ok
        expect(page.locator("#desk-list > li")).to_have_count(3, timeout=60_000)
        assert {row.get_attribute("data-tag") for row in page.locator("#desk-list > li").all()} == set(tags)
        empty = io.BytesIO()
        Image.new("L", (300, 200), 200).save(empty, "PNG")
        page.locator("[data-photo]").set_input_files({"name": "wall.png", "mimeType": "image/png", "buffer": empty.getvalue()})
        expect(page.locator("[data-said]")).to_contain_text("No code in this photo", timeout=60_000)
        page.context.close()
    finally:
        server.shutdown()
        thread.join()
