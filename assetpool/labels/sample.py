"""What the studio prints when nothing is chosen yet: one label with everything on it, long and short."""

from __future__ import annotations

from assetpool.core.tags import make_tag
from assetpool.labels.qr import label_url
from assetpool.labels.sheet import Label

TAG = make_tag(0)


def sample(public_url: str, language: str, organization: str, telephone: str) -> Label:
    """Return a label that nothing carries."""
    english = language == "en"
    return Label(
        tag=TAG,
        url=label_url(public_url, TAG),
        kind_name="Folding conference table" if english else "折叠会议桌",
        spec="1400×600×750 mm",
        organization=organization or ("Shared asset pool" if english else "公物仓"),
        found_telephone=telephone or "0000-0000 0000",
        external_no="2019-00417",
        count=25,
    )
