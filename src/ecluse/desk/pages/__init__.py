"""The desk's pages: the inbox of each business, live, for the people who answer; and its numbers, links and issues.

Whatever a stranger wrote is shown as text, never as markup, and a page loads nothing from anywhere but the desk itself.
"""

from ecluse.desk.pages.mounting import add_pages

__all__ = ["add_pages"]
