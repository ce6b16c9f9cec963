"""The columns of a price book, and the words people write above them."""

from __future__ import annotations

from assetpool.core.errors import N_
from assetpool.prices.wording import SOURCE_WORDS

QUOTES_READ = 3

HEADINGS: dict[str, str] = {
    "kind": N_("Kind number"),
    "class_code_set": N_("Code set"),
    "class_code": N_("Class code"),
    "name": N_("Name"),
    "spec": N_("Spec"),
    "measure": N_("Unit of measure"),
    "price": N_("Reference price, yuan"),
    "tax": N_("Tax is included"),
    "transport": N_("Transport is included"),
    "source_kind": N_("Kind of source"),
    "source": N_("Source"),
    "dated_on": N_("Date of the source"),
    "valid_from": N_("Holds from"),
    "valid_until": N_("Holds until"),
    "supplier_1": N_("Supplier 1"),
    "quote_1": N_("Quote 1, yuan"),
    "supplier_2": N_("Supplier 2"),
    "quote_2": N_("Quote 2, yuan"),
    "supplier_3": N_("Supplier 3"),
    "quote_3": N_("Quote 3, yuan"),
    "rent_day": N_("Rent a day, yuan"),
    "rent_7": N_("Rent for 7 days, yuan"),
    "rent_30": N_("Rent for 30 days, yuan"),
    "rent_source": N_("Source of the rent"),
    "rent_dated_on": N_("Date of the rent's source"),
}
"""The columns of a price book: as the export writes them, so that it can be filled in and read again."""

ALSO: dict[str, str] = {
    "kind": "kind|kind id|kind no|品目编号|品目号|品目id",
    "class_code_set": "code set|class code set|代码集|分类标准",
    "class_code": "class code|class|分类代码|品目代码|资产分类代码",
    "name": "name|kind name|品名|品目名称|名称|资产名称",
    "spec": "spec|specification|规格|规格型号|型号",
    "measure": "measure|unit|计量单位|单位",
    "price": "price|reference price|reference price yuan|单价|参考价|参考价格|参考单价|price yuan",
    "tax": "tax|tax included|tax is included|含税|是否含税",
    "transport": "transport|transport included|transport is included|含运费|是否含运费",
    "source_kind": "source kind|kind of source|来源类别|价格来源类别|来源类型",
    "source": "source|price source|来源|价格来源|依据",
    "dated_on": "date|dated on|source date|date of the source|price date|来源日期|价格日期|日期",
    "valid_from": "valid from|holds from|from|生效日|生效日期|起用日期|执行日期|起始日期",
    "valid_until": "valid until|valid to|holds until|until|有效至|有效期至|截止日期|失效日期",
    "rent_day": "rent|rent a day|rent a day yuan|rent per day|daily rent|日租价|日租金|租价|租金",
    "rent_7": "rent 7 days|rent for 7 days|rent for 7 days yuan|weekly rent|7日租价|7天租价|7天租价元|七日租价|周租价",
    "rent_30": "rent 30 days|rent for 30 days|rent for 30 days yuan|monthly rent|30日租价|30天租价|30天租价元|三十日租价|月租价",
    "rent_source": "rent source|source of the rent|租价来源|租金来源",
    "rent_dated_on": "rent date|date of the rents source|租价日期|租价来源日期",
    **{f"supplier_{n}": f"supplier {n}|quote {n} supplier|供应商{n}|报价单位{n}|询价单位{n}" for n in range(1, QUOTES_READ + 1)},
    **{f"quote_{n}": f"quote {n}|quote {n} yuan|price {n}|报价{n}|报价{n}元|询价{n}|询价{n}元" for n in range(1, QUOTES_READ + 1)},
}
SOURCES: dict[str, str] = {
    "框架协议": "framework", "三家询价": "quotes", "询价": "quotes", "三家报价": "quotes", "市场行情": "market", "市场价目表": "market",
    "价格目录": "catalogue",
    "外部价格库": "book", "其他公物仓价格库": "book",
    "发票": "invoice", "其他": "other",
    **{words: name for name, words in SOURCE_WORDS.items()}, **{name: name for name in SOURCE_WORDS},
}  # fmt: skip
