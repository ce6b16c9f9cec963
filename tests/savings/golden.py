"""The golden cases of the savings method as data: what went in, and what must come out to the fen.

Amounts are written in yuan as the method's page prints them and read by `fen`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assetpool.core.money import parse_yuan
from assetpool.savings.rent import Rent

fen = parse_yuan

BEGUN = date(2022, 4, 1)
"""G1: the day all things were acquired and accepted."""


@dataclass(frozen=True)
class BillLine:
    """One class of the bill: units, price and daily rent per unit, life in months, and its totals per basis."""

    name: str
    units: int
    price: int
    rent: Rent
    life_months: int
    purchase: int
    rental_90: int
    consumption_90: int
    consumption_365: int


def _line(name: str, units: int, price: str, rent: str, life_months: int, *totals: str) -> BillLine:
    return BillLine(name, units, fen(price), Rent(fen(rent)), life_months, *[fen(total) for total in totals])


G1_LINES = [
    _line("会议椅", 850, "240", "0.80", 180, "204,000.00", "61,200.00", "3,349.00", "13,591.50"),
    _line("办公椅", 540, "400", "1.30", 180, "216,000.00", "63,180.00", "3,547.80", "14,391.00"),
    _line("办公桌", 520, "1,600", "4.00", 180, "832,000.00", "187,200.00", "13,665.60", "55,426.80"),
    _line("台式计算机", 290, "4,300", "6.00", 72, "1,247,000.00", "156,600.00", "51,199.50", "207,642.90"),
    _line("文件柜", 120, "850", "1.50", 240, "102,000.00", "16,200.00", "1,256.40", "5,096.40"),
    _line("A4 黑白打印机", 24, "1,150", "2.00", 72, "27,600.00", "4,320.00", "1,133.28", "4,595.76"),
]
G1_UNITS = 2344
G1_PURCHASE = fen("2,628,600.00")
G1_COSTS = {
    "haulage": fen("196,000.00"),
    "repair": fen("262,600.00"),
    "cleaning and installation": fen("118,000.00"),
    "storage": fen("150,000.00"),
    "labour": fen("61,980.00"),
}
G1_COST = fen("788,580.00")
G1_PURCHASE_SAVING = fen("1,840,020.00")
G1_RENTAL_SAVING = {90: fen("-299,880.00"), 146: fen("4,200.00"), 365: fen("1,108,940.00"), 717: fen("1,840,020.00")}
G1_RENTAL_90 = fen("488,700.00")
G1_RENTAL_365 = fen("1,897,520.00")
G1_TURNS_POSITIVE = 146
G1_ALL_AT_CAP = 717
G1_CONSUMPTION = {90: fen("74,151.58"), 365: fen("300,744.36"), 730: fen("601,486.22")}
G1_CONSUMPTION_SAVING = {90: fen("-714,428.42"), 365: fen("-487,835.64"), 730: fen("-187,093.78")}
G1_RENTAL_CAP_2026 = fen("2,102,880.00")

G2_ITEMS = 11_600
G2_AVOIDED = fen("86,000,000.00")

G3_LIFE_DAYS = 5479
G3_CONSUMED = {1: fen("0.29"), 10: fen("2.92"), 30: fen("8.76")}

G4_RENT_LEFT = fen("644,800.00")

G5_VOUCHER = fen("100.00")
G5_PARTS = [fen("33.34"), fen("33.33"), fen("33.33")]

G6_RENTAL = fen("24,960.00")
