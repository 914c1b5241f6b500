"""Words by which texts speak of an entity."""

from __future__ import annotations

# behind `ranscription`, which is part of class names too: what speaks of one (caseless)
ENTITY_PHRASE = (
    rb"(?:s[\\]{0,16}/|[ _-]?(?:job[ _-]?)?id|location|url|uri|[^\n]{1,40}[ '\"(](?:id|https?:)"
    rb"|(?: job)? ['\"(\[`<]?[0-9a-f]{8}-)"
)
