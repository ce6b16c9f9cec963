"""Bulletins on the screen, on paper, as a Word document and for machines: the same sentence, the same figures, to the fen."""

from __future__ import annotations

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from docx import Document as WordDocument
from flask import Flask
from flask.testing import FlaskClient

from tests import walking
from tests import world as worlds
from tests.bulletins.test_service import PUBLISHED
from tests.reports.bill import Bill

ASKED = "from=2022-01-01&to=2022-12-31"
WRITER = shutil.which("soffice") and any(Path("/usr/lib/libreoffice/program").glob("libswlo.*"))
ENGLISH = "2,344 items of office furniture and equipment"


def as_person(app: Flask, username: str) -> FlaskClient:
    return worlds.sign_in(app, username)


def issued(app: Flask) -> str:
    """Issue the bulletin of 2022 through the page and return its number."""
    client = as_person(app, "finance")
    answer = walking.send(client, f"/savings/bulletins/new?{ASKED}", {"title": "", "title_en": ""})
    assert answer.status_code == 303
    return answer.headers["Location"].rsplit("/", 1)[1]


def pdf_text(content: bytes) -> str:
    """Return the text of a paper without line ends."""
    paper = pypdfium2.PdfDocument(content)
    return "".join(page.get_textpage().get_text_range() for page in paper).replace("\r\n", "")


def word_text(content: bytes) -> str:
    """Return the text of a Word document, tables too."""
    word = WordDocument(BytesIO(content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def test_the_preview_shows_both_languages_before_anything_is_issued(app: Flask, bill: Bill) -> None:
    page = as_person(app, "finance").get(f"/savings/bulletins/new?{ASKED}&lang=en").text
    assert PUBLISHED.replace('"', "&#34;") in page and ENGLISH in page
    assert "1,840,020.00" in page and "2,628,600.00" in page
    assert as_person(app, "finance").get(f"/savings/bulletins/preview.pdf?{ASKED}").data.startswith(b"%PDF")
    assert "No bulletin was issued yet" in as_person(app, "finance").get("/savings/bulletins?lang=en").text


@pytest.mark.parametrize(("who", "status"), [("auditor", 200), ("reviewer", 200), ("clerk_a", 403), ("stranger", 403)])
def test_the_preview_of_the_whole_pool_is_for_those_who_answer_for_it(app: Flask, bill: Bill, who: str, status: int) -> None:
    client = as_person(app, who)
    assert client.get(f"/savings/bulletins/new?{ASKED}").status_code == status
    assert client.get(f"/savings/bulletins/preview.pdf?{ASKED}").status_code == status


def test_an_issued_bulletin_is_read_by_everybody_of_the_pool_and_by_nobody_else(app: Flask, bill: Bill) -> None:
    number = issued(app)
    for who in ("clerk_a", "stranger", "auditor"):
        assert ENGLISH in as_person(app, who).get(f"/savings/bulletins/{number}?lang=en").text
        assert number in as_person(app, who).get("/savings/bulletins").text
    for address in ("", f"/{number}", f"/{number}.pdf", f"/{number}.docx", "/new", "/preview.pdf"):
        assert app.test_client().get(f"/savings/bulletins{address}").status_code == 302
    assert as_person(app, "auditor").get("/savings/bulletins/BU-2022-999999").status_code == 404


def test_a_reviewer_may_look_but_not_issue(app: Flask, bill: Bill) -> None:
    client = as_person(app, "reviewer")
    page = client.get(f"/savings/bulletins/new?{ASKED}&lang=en").text
    assert "Finance, the pool manager or an administrator issues bulletins." in page and "Issue the bulletin" not in page


def test_the_paper_says_the_sentence_on_one_page_with_chain_and_code(app: Flask, bill: Bill) -> None:
    number = issued(app)
    client = as_person(app, "auditor")
    content = client.get(f"/savings/bulletins/{number}.pdf?in=zh").data
    assert len(pypdfium2.PdfDocument(content)) == 1
    text = pdf_text(content)
    assert PUBLISHED + "。" in text
    for part in ("2,628,600.00", "788,580.00", "1,840,020.00", "2020-1", "口径说明", "7/10", "-299,880.00".replace("-", "−")):
        assert part in text, part
    assert re.search(r"[0-9a-f]{64}", text)
    picture = pypdfium2.PdfDocument(content)[0].render(scale=150 / 72).to_pil()
    codes = [code.text for code in zxingcpp.read_barcodes(picture)]
    assert len(codes) == 1 and re.fullmatch(rf"http://localhost/v/{number}/[A-Z2-7]{{8}}", codes[0])
    assert app.test_client().get(codes[0].removeprefix("http://localhost")).status_code == 200
    assert ENGLISH in pdf_text(client.get(f"/savings/bulletins/{number}.pdf?in=en").data)


def test_the_word_document_says_the_same(app: Flask, bill: Bill) -> None:
    number = issued(app)
    client = as_person(app, "auditor")
    answer = client.get(f"/savings/bulletins/{number}.docx?in=zh")
    assert answer.mimetype.endswith("wordprocessingml.document")
    text = word_text(answer.data)
    for part in (PUBLISHED + "。", "2,628,600.00", "788,580.00", "1,840,020.00", "2020-1", number):
        assert part in text, part
    assert ENGLISH in word_text(client.get(f"/savings/bulletins/{number}.docx?in=en").data)


@pytest.mark.skipif(not WRITER, reason="LibreOffice Writer is not installed, so the Word document was not opened by it")
def test_the_word_document_opens_elsewhere(app: Flask, bill: Bill, tmp_path: Path) -> None:
    number = issued(app)
    (tmp_path / "b.docx").write_bytes(as_person(app, "auditor").get(f"/savings/bulletins/{number}.docx?in=zh").data)
    run = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "b.docx"),
    ]
    subprocess.run(run, check=True, capture_output=True, timeout=180)
    # The reader puts spaces between Chinese and figures.
    assert "节约财政资金184万元" in "".join(pdf_text((tmp_path / "b.pdf").read_bytes()).split())


def test_machines_issue_and_read_bulletins(app: Flask, client: FlaskClient, bill: Bill) -> None:
    body = {"from": "2022-01-01", "to": "2022-12-31", "event_id": bill.event}
    assert client.post("/api/v1/bulletins", json=body, headers=worlds.bearer(app, "clerk_a")).status_code == 403
    headers = worlds.bearer(app, "finance") | {"Idempotency-Key": "b1"}
    answer = client.post("/api/v1/bulletins", json=body, headers=headers)
    assert answer.status_code == 201
    made = answer.get_json()
    assert made["sentences"]["zh"] == [PUBLISHED] and made["title"] == "大运会公物仓保障及节约情况（2022年）"
    assert client.post("/api/v1/bulletins", json=body, headers=headers).get_json()["number"] == made["number"]
    page = client.get("/api/v1/bulletins", headers=worlds.bearer(app, "clerk_a")).get_json()
    assert [row["number"] for row in page["items"]] == [made["number"]] and page["items"][0]["digest"] == made["digest"]
    assert client.get(f"/api/v1/bulletins/{made['number']}", headers=worlds.bearer(app, "stranger")).get_json()["from"] == "2022-01-01"
    nothing = client.post("/api/v1/bulletins", json=body | {"from": "2030-01-01", "to": "2030-01-31"}, headers=worlds.bearer(app, "finance"))
    assert (nothing.status_code, nothing.get_json()["code"]) == (422, "nothing_to_say")
    assert client.post("/api/v1/bulletins", json={"to": "2022-12-31"}, headers=worlds.bearer(app, "finance")).status_code == 422


def test_what_cannot_be_asked_is_said_and_the_page_stands(app: Flask, bill: Bill) -> None:
    client = as_person(app, "finance")
    assert client.get("/savings/bulletins/new?from=2023-01-01&to=2022-01-01").status_code == 422
    assert client.get("/savings/bulletins/new?from=x&event=y&basis=mood").status_code == 422
    assert client.get("/savings/bulletins/new?event=9999").status_code == 422
    empty = client.get("/savings/bulletins/new?from=2030-01-01&to=2030-12-31&lang=en")
    assert empty.status_code == 200 and "nothing to say" in empty.text
