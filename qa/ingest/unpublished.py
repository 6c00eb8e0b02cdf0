"""What a content system exports that no reader was ever shown: drafts, private posts, the bin, pieces of its own works.

What is not published is no article, however much it reads like one.
"""

from __future__ import annotations

from collections.abc import Mapping

_SHOWN = "publish"
_HELD_BACK = frozenset(
    "draft auto-draft autodraft pending pending_review in_review private trash trashed bin deleted future"
    " scheduled unpublished".split()
)
"""States of a record in which it is not published. Any other word may mean anything: it is taken for published."""

_POSTS = frozenset({"", "post"})
_WORKS = frozenset(
    "attachment page revision nav_menu_item custom_css customize_changeset oembed_cache user_request product"
    " product_variation shop_order shop_coupon wpcf7_contact_form feedback elementor_library tablepress_table".split()
)
_WORKS_BEGIN = ("wp_", "acf-", "acf_", "jp_", "elementor_")
"""Types of WordPress and of plug-ins in wide use that hold no post: files, pages of the site's menus, its parts."""


def of_post(*, status: str, kind: str, password: str = "") -> str:
    """Return why an entry of a WordPress export is no article, or an empty string.

    Only ``publish`` is published, whatever other states plug-ins add; a type that is not known may be a kind of post
    of the site's own, such as ``story``.
    """
    status, kind = _word(status), _word(kind)
    if kind not in _POSTS and (kind in _WORKS or kind.startswith(_WORKS_BEGIN)):
        return f"no article but of the type {kind!r}"
    if status and status != _SHOWN:
        return f"not published: its status is {status!r}"
    return "not published: it is behind a password" if password.strip() else ""


def of_record(record: Mapping[str, object]) -> str:
    """Return why a record of JSON, of a table or at the head of a file is not published, or an empty string."""
    names = {str(name).lower(): value for name, value in record.items()}
    status = names.get("status", names.get("post_status"))
    if isinstance(status, str) and _word(status) in _HELD_BACK:
        return f"not published: its status is {_word(status)!r}"
    draft = names.get("draft")
    return "not published: it says that it is a draft" if draft is True or _word(draft) in ("true", "yes") else ""


def _word(value: object) -> str:
    return value.strip().lower()[:40] if isinstance(value, str) else ""
