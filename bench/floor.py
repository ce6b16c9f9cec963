"""The floor: the same work written by hand on the bare driver, with the right indexes, encoded to JSON; no HTTP, no people, no scoping."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import time
from typing import Any

import psycopg
from fpdf import FPDF
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from sqlalchemy.engine import make_url

from bench import world
from bench.processor import Processor

SCHEMA = """
CREATE TABLE class (id int PRIMARY KEY, root int, code text, name text);
CREATE TABLE kind (id bigint PRIMARY KEY, name text, spec text, measure text, class_id int, class_root int);
CREATE TABLE place (id int PRIMARY KEY, root int, name text, store text);
CREATE TABLE organization (id int PRIMARY KEY, code text, name text);
CREATE TABLE asset (id bigint PRIMARY KEY, tag text, serial text, brand text, kind_id bigint, place_id int, place_root int, units int, status text,
  condition text, custodian_id int);
CREATE TABLE movement (id bigint PRIMARY KEY, asset_id bigint, place_id int, status text, custodian_id int, person_id int, note text, at text);
"""
INDEXES = """
CREATE UNIQUE INDEX asset_tag ON asset (tag);
CREATE UNIQUE INDEX asset_serial ON asset (serial);
CREATE INDEX asset_kind ON asset (kind_id, place_root, id);
CREATE INDEX movement_asset ON movement (asset_id);
"""
COLUMNS = (
    "a.tag, a.serial, a.brand, a.units, a.status, a.condition, k.id, k.name, k.spec, k.measure, c.code, c.name, p.name, p.store, o.code, o.name "
    "FROM asset a JOIN kind k ON k.id = a.kind_id JOIN class c ON c.id = k.class_id JOIN place p ON p.id = a.place_id "
    "JOIN organization o ON o.id = a.custodian_id"
)
PAGE = f"SELECT a.id, {COLUMNS}"
MEMBERS = (
    "id",
    "tag",
    "serial",
    "brand",
    "units",
    "status",
    "condition",
    "kind_id",
    "name",
    "spec",
    "measure",
    "class_code",
    "class_name",
    "place",
    "store",
    "custodian",
    "custodian_name",
)
SCANS = 10
EXPORT = f"SELECT {COLUMNS}"
AT = "2026-11-22T00:00:00.000000Z"


class Floor:
    """The floor's own database, filled on making; `loaded` is its bulk load in rows per second, indexes and a movement each included.

    `loaded_cpu` is the same by processor time, that of the database server included.
    """

    def __init__(self, url: str, size: int, processor: Processor) -> None:
        """Make the tables, fill them and time it."""
        self.sqlite = url.startswith("sqlite")
        self.size = size
        self.mark = "?" if self.sqlite else "%s"
        self.connection: Any
        if self.sqlite:
            self.connection = sqlite3.connect(make_url(url).database or "", isolation_level=None)
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-65536"):
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            self.connection = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)
        self.loaded, self.loaded_cpu = self._fill(processor)
        self.connection.execute("ANALYZE")

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _many(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if self.sqlite:
            self.connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
            return
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    def _fill(self, processor: Processor) -> tuple[float, float]:
        for statement in (SCHEMA + INDEXES).split(";"):
            if statement.strip():
                self.connection.execute(statement)
        leaves = [(n, n // 5, world.leaf_code(n), f"{n + 1}细类") for n in range(world.LEAVES)]
        kinds = [(n, world.kind_name(n), f"规格{n}", "件", world.kind_class(n), world.kind_class(n) // 5) for n in range(world.KINDS)]
        places = [(n, n // world.PLACES, f"{n:02d}区", f"S{n // world.PLACES + 1}") for n in range(world.STORES * world.PLACES)]
        for table, rows in (("class", leaves), ("kind", kinds), ("place", places), ("organization", [(1, "CITY", "示范市")])):
            self._many(table, rows)
        self._words(kinds)
        processor.look()
        began, mark = time.perf_counter(), processor.begin()
        self.connection.execute("BEGIN")
        assets, movements = [], []
        for n in range(self.size):
            kind, store, place = world.placed(n)
            place_id = store * world.PLACES + int(place[:2]) - 1
            assets.append((n, f"ZC-{n:06d}", f"SN{n:08d}", "品牌", kind, place_id, store, 1, "in_store", "good", 1))
            movements.append((n, n, place_id, "in_store", 1, 1, "", AT))
        self._many("asset", assets)
        self._many("movement", movements)
        self.connection.execute("COMMIT")
        return self.size / (time.perf_counter() - began), self.size / processor.since(mark)

    def _words(self, kinds: list[tuple[Any, ...]]) -> None:
        """Index the kinds' names by bigrams, as each engine does best."""
        rows = [(kind[0], " ".join(a + b for a, b in zip(kind[1], kind[1][1:], strict=False))) for kind in kinds]
        if self.sqlite:
            self.connection.execute("CREATE VIRTUAL TABLE words USING fts5 (text, tokenize = 'unicode61')")
            self.connection.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", rows)
            self.needle = "SELECT rowid FROM words WHERE words MATCH '桌椅'"
        else:
            self.connection.execute("CREATE TABLE words (id bigint PRIMARY KEY, text tsvector)")
            with self.connection.cursor() as cursor:
                cursor.executemany("INSERT INTO words VALUES (%s, to_tsvector('simple', %s))", rows)
            self.connection.execute("CREATE INDEX words_text ON words USING gin (text)")
            self.connection.execute("ANALYZE")
            self.needle = "SELECT id FROM words WHERE text @@ to_tsquery('simple', '桌椅')"

    def rows(self, statement: str) -> list[Any]:
        """Return all rows of a statement."""
        found: list[Any] = self.connection.execute(statement).fetchall()
        return found

    def _answer(self, statement: str, count: str) -> bytes:
        rows = self.rows(statement)
        total = self.rows(count)[0][0]
        return json.dumps({"items": [dict(zip(MEMBERS, row, strict=True)) for row in rows], "total": total}, ensure_ascii=False).encode()

    def first_page(self) -> bytes:
        """W1a: first page and the exact total."""
        return self._answer(f"{PAGE} ORDER BY a.id LIMIT 25", "SELECT count(*) FROM asset")

    def filtered(self) -> bytes:
        """W1b: class root, place root and word."""
        where = f"a.place_root = 1 AND a.kind_id IN (SELECT id FROM kind WHERE class_root = 1 AND id IN ({self.needle}))"
        return self._answer(f"{PAGE} WHERE {where} ORDER BY a.kind_id, a.id LIMIT 25", f"SELECT count(*) FROM asset a WHERE {where}")

    def word(self) -> bytes:
        """W1s: the word alone, total up to a thousand."""
        where = f"a.kind_id IN ({self.needle})"
        return self._answer(f"{PAGE} WHERE {where} LIMIT 25", f"SELECT count(*) FROM (SELECT 1 FROM asset a WHERE {where} LIMIT 1001) capped")

    def middle(self) -> bytes:
        """W1c: the page in the middle, by offset as the page of record measured it."""
        ids = f"SELECT id FROM asset ORDER BY id LIMIT 25 OFFSET {self.size // 2}"
        return self._answer(f"{PAGE} WHERE a.id IN ({ids}) ORDER BY a.id", "SELECT count(*) FROM asset")

    def scanned(self, number: int) -> bytes:
        """W2: one asset by its tag, ten in a row, since one alone takes less than the clock's own noise."""
        for turn in range(SCANS):
            rows = self.connection.execute(f"{PAGE} WHERE a.tag = {self.mark}", (f"ZC-{(number + turn * 97) % self.size:06d}",)).fetchall()
            answer = json.dumps([dict(zip(MEMBERS, row, strict=True)) for row in rows], ensure_ascii=False).encode()
        return answer

    def move(self, first: int, place: int) -> None:
        """W3: a hundred assets, named by tag, to another place with a movement row each, one after the other in one transaction."""
        cursor, mark = self.connection.cursor(), self.mark
        cursor.execute("BEGIN")
        newest = cursor.execute("SELECT max(id) FROM movement").fetchone()[0]
        for number in range(100):
            found = cursor.execute(f"SELECT id, status, custodian_id FROM asset WHERE tag = {mark}", (f"ZC-{first + number:06d}",)).fetchone()
            cursor.execute(f"UPDATE asset SET place_id = {mark}, place_root = {mark} WHERE id = {mark}", (place, place // world.PLACES, found[0]))
            row = (newest + number + 1, found[0], place, found[1], found[2], 1, "", AT)
            cursor.execute(f"INSERT INTO movement VALUES ({', '.join([mark] * len(row))})", row)
        cursor.execute("COMMIT")

    def export(self) -> int:
        """W6: all rows as CSV; return the bytes."""
        kept = io.StringIO()
        writer = csv.writer(kept)
        writer.writerows(self.connection.execute(EXPORT))
        return len(kept.getvalue())


def labels(count: int) -> bytes:
    """W4: a PDF of so many labels with the plain libraries: fixed mask, one path a code, one line of text."""
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_font("Helvetica", size=8)
    for number in range(count):
        place = number % 24
        if place == 0:
            pdf.add_page()
        x, y = place % 3 * 190 + 15, place // 3 * 100 + 15
        code = QRCode(version=3, error_correction=ERROR_CORRECT_M, mask_pattern=3, border=0)
        code.add_data(f"http://127.0.0.1:8000/a/ZC-{number:06d}")
        code.make(fit=False)
        for row, modules in enumerate(code.modules):
            column = 0
            while column < len(modules):
                length = 0
                while column + length < len(modules) and modules[column + length]:
                    length += 1
                if length:
                    pdf.rect(x + column * 2, y + row * 2, length * 2, 2, style="F")
                column += length or 1
        pdf.text(x, y + 70, f"ZC-{number:06d}")
    return bytes(pdf.output())
