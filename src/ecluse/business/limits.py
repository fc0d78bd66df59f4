"""Limits of the business API. Lengths count code points. Sources: Meta's pages on each type of message; vendors'."""

from __future__ import annotations

from typing import Final

WINDOW_S: Final = 86_400
"""A conversation stays open for so long after the user's last message."""

TEXT_MAX: Final = 4_096
CAPTION_MAX: Final = 1_024
FILENAME_MAX: Final = 240
INTERACTIVE_BODY_MAX: Final = 1_024
"""Of buttons and of what opens a link."""
LIST_BODY_MAX: Final = 4_096
HEADER_MAX: Final = 60
FOOTER_MAX: Final = 60
BUTTONS_MAX: Final = 3
BUTTON_TITLE_MAX: Final = 20
BUTTON_ID_MAX: Final = 256
LIST_SECTIONS_MAX: Final = 10
LIST_ROWS_MAX: Final = 10
"""In all sections together."""
ROW_ID_MAX: Final = 200
ROW_TITLE_MAX: Final = 24
ROW_DESCRIPTION_MAX: Final = 72
SECTION_TITLE_MAX: Final = 24
OPENER_MAX: Final = 20
CTA_TEXT_MAX: Final = 20
URL_MAX: Final = 2_000
OPAQUE_MAX: Final = 512
"""``biz_opaque_callback_data``."""
MESSAGE_ID_MAX: Final = 200
USER_ID_MAX: Final = 200
EMOJI_MAX: Final = 16
CONTACTS_MAX: Final = 10
CONTACT_BYTES_MAX: Final = 65_536
"""All contacts of a message, as JSON."""
PLACE_TEXT_MAX: Final = 1_000
"""Name and address of a location."""
TEMPLATE_NAME_MAX: Final = 512
TEMPLATE_PARAMETERS_MAX: Final = 32
TEMPLATE_PARAMETER_MAX: Final = 1_024
TEMPLATES_MAX: Final = 250
"""Templates of one account of a business."""

BODY_MAX: Final = 256 << 10
"""Bytes of a request that is no upload."""

BLOCKS_A_CALL_MAX: Final = 1_000
BLOCKS_MAX: Final = 64_000

ABOUT_MAX: Final = 139
ADDRESS_MAX: Final = 256
DESCRIPTION_MAX: Final = 512
EMAIL_MAX: Final = 128
WEBSITES_MAX: Final = 2
WEBSITE_MAX: Final = 256

WEBHOOK_BYTES_MAX: Final = 1 << 20
WEBHOOK_S: Final = 10.0
"""Seconds for a webhook to be answered."""
WEBHOOK_RETRY_FIRST_S: Final = 1
WEBHOOK_RETRY_MAX_S: Final = 3_600
WEBHOOK_KEPT_S: Final = 7 * 86_400
"""A webhook that nobody took is given up after so long."""

PAIR_BURST: Final = 45
"""Messages to one user at once; after that one every PAIR_S."""
PAIR_S: Final = 6.0

MEDIA_KEPT_S: Final = 30 * 86_400
RECEIVED_MEDIA_KEPT_S: Final = 7 * 86_400
MEDIA_URL_S: Final = 300

IDEMPOTENCY_KEY_MAX: Final = 255
IDEMPOTENCY_S: Final = 86_400
