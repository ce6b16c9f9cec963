"""The words people write above their columns, in the order of how surely they mean a field."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

_WORDS: Final[dict[str, str]] = {
    "name": "资产名称|物品名称|设备名称|家具名称|物资名称|商品名称|货物名称|品名|品目名称|品目|名称|item name|asset name|product name|hb.name|name|"
    "item|"
    "denominación bien|denominación|nombre del bien|nombre|物品名|備品名|title|product|nomenclature|资产|description|item description|descripción",
    "code": "nsn|national stock number|stock number|物资编码|物料编码|商品编码|物品编码|product code|item code|part number|sku",
    "class_code": "分类代码|资产分类代码|国标分类代码|国标代码|国标码|资产分类编码|分类编码|资产分类号|分类号|品目编码|品目代码|类别代码|类别编码|"
    "class code|class|fsc|fsc code|psc|psc code|supply class|category code|unspsc|资产分类|资产类别|分类|类别",
    "class_code_set": "代码集|分类代码集|分类标准|code set|class code set",
    "spec": "规格型号|型号规格|规格及型号|规格|规格参数|技术规格|品牌型号|spec|specification|specifications|規格",
    "model": "型号|model|asset model|model name|model number|model no|modelo|型番",
    "brand": "品牌|厂牌|牌号|商标|生产厂家|生产厂商|制造商|生产商|厂家|brand|brand name|manufacturer|manufacturer name|make|marca|メーカー",
    "measure": "计量单位|数量单位|ui|unit of issue|unit of measure|uom|measure|unidad de medida|unidad|unit|单位",
    "quantity": "数量|资产数量|实有数量|账面数量|现有数量|库存数量|件数|台套数|数|quantity|qty|hb.quantity|quantity on hand|physical qoh|qoh|"
    "current quantity|count|cantidad|数量合计",
    "unit_value": "单价|单位价值|单位原值|原始单价|购置单价|采购单价|含税单价|unit cost|unit value|unit price|acquisition value|acquisition cost|"
    "purchase cost|purchase price|hb.purchase price|price per unit|price|cost|valuation|precio unitario|valor unitario|costo unitario|precio|単価",
    "total_value": "原值|资产原值|账面原值|原值合计|入账价值|购置金额|金额|总金额|总价|总值|总额|价值|资产价值|total cost|total value|total price|"
    "original value|original cost|book value|amount|valor total|importe|valor|total|value|金額",
    "acquired_on": "取得日期|取得时间|购置日期|购置时间|购入日期|购买日期|采购日期|入账日期|财务入账日期|启用日期|投入使用日期|开始使用日期|"
    "使用日期|入库日期|"
    "acquired on|acquisition date|date acquired|purchase date|hb.purchase time|ship date|date shipped|in service date|fecha de adquisición|"
    "fecha adquisición|fecha de ingreso|fecha|取得年月日|購入日|日期|date",
    "external_no": "原资产编号|固定资产编号|资产编号|资产编码|资产卡片编号|资产卡片号|卡片编号|卡片号|资产号|财产编号|设备编号|设备编码|家具编号|"
    "原编号|"
    "property number|property no|asset number|asset no|asset tag|asset id|hb.asset id|inventory number|inventory no|external no|external number|"
    "código patrimonial|備品番号|管理番号|编号",
    "serial": "序列号|出厂编号|出厂号|机身号|机身编号|设备序列号|sn|s/n|sn码|serial number|serial no|serial|hb.serial number|número de serie|nro serie|serie",
    "condition": "新旧程度|成色|完好程度|质量状况|资产状况|品相|状况|condition|asset condition|estado bien|estado del bien|estado|状态|使用状况|使用状态",
    "tag": "公物仓编号|公物仓资产编号|公物仓标签|公物仓标签号|仓内编号|标签编号|标签号|标签|our tag|pool tag|tag|label",
    "organization": "使用部门|使用单位|单位名称|资产单位|权属单位|产权单位|移交单位|所属单位|管理部门|归口部门|所属部门|部门|预算单位|organization|"
    "organisation|"
    "station name (lea)|station name|agency name|agency|department|company|owner|entidad|dependencia|oficina|団体名|county|单位",
    "place": "存放地点|存放位置|存放处|存放地|放置地点|安置地点|使用地点|所在位置|所在地点|地点|位置|库位|货位|房间|房间号|place|location|"
    "hb.location|"
    "storage location|bin location|room|site|ubicación|ambiente|設置位置|設置場所",
    "note": "备注|说明|附注|note|notes|asset notes|hb.notes|remark|remarks|comment|comments|observaciones|備考|description|hb.description|descripción",
    "accumulated_depreciation": "累计折旧|累计折旧额|已提折旧|已计提折旧|accumulated depreciation|depreciation to date|depreciación acumulada",
    "lot": "批量|是否批量|一堆一码|批量资产|lot|is lot|counted lot",
}

FIELDS: Final = tuple(_WORDS)

_BRACKETS = re.compile(r"[(\[【〔<][^)\]】〕>]*[)\]】〕>]")
_SHELF = re.compile(r"^cf:\s*(.*?),?\s*type:\s*\w+$", re.IGNORECASE)
_OWNER = re.compile(r"^(?:固定资产|资产|设备|物品|家具|物资|本单位)")
_TEN_THOUSAND = re.compile(r"万元|単位:万|单位:万")


@lru_cache(maxsize=4096)
def plain(label: str) -> str:
    """Reduce a heading to its letters: narrow, lower case, without accents, spaces and punctuation."""
    text = unicodedata.normalize("NFKC", label).casefold()
    if not text.isascii():
        text = "".join(c if ord(c) > 0x24F else unicodedata.normalize("NFKD", c)[0] for c in text)
    return "".join(c for c in text if c.isalnum())


SYNONYMS: Final[dict[str, dict[str, int]]] = {field: {plain(word): rank for rank, word in enumerate(words.split("|"))} for field, words in _WORDS.items()}
_ANY: Final = frozenset(word for words in SYNONYMS.values() for word in words)

# Headings that only the cells below can settle: 单位 is a measure or an organization, 资产分类 a code or a word.
UNSURE: Final[dict[tuple[str, str], str]] = {
    ("measure", "单位"): "short",
    ("measure", "unit"): "short",
    ("class_code", "资产分类"): "code",
    ("class_code", "资产类别"): "code",
    ("class_code", "分类"): "code",
    ("class_code", "类别"): "code",
    ("class_code", "class"): "code",
}


@lru_cache(maxsize=4096)
def spellings(label: str) -> tuple[str, ...]:
    """Return the forms under which a heading is looked up, the fullest first: with brackets, without, without the owner's word."""
    shelf = _SHELF.match(label.strip())
    text = shelf.group(1) if shelf else label
    narrow = unicodedata.normalize("NFKC", text)
    forms = [plain(text), plain(_BRACKETS.sub("", narrow))]
    if narrow.lstrip()[:1].isdigit():
        forms.append(plain(narrow.lstrip().lstrip("0123456789")))
    forms += [shorter for form in list(forms) if (shorter := _OWNER.sub("", form)) != form]
    return tuple(dict.fromkeys(form for form in forms if form))


@lru_cache(maxsize=4096)
def is_heading(label: str) -> bool:
    """Tell whether a text is a heading known for any field."""
    return len(label) <= 40 and any(form in _ANY for form in spellings(label))


def is_in_ten_thousands(label: str) -> bool:
    """Tell whether a heading says that its amounts are in 万元."""
    return _TEN_THOUSAND.search(unicodedata.normalize("NFKC", label).replace(" ", "")) is not None
