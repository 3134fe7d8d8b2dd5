"""What no page may have: something wider than the window or than what it stands in, something too small to
touch. Run in the page.
"""

from __future__ import annotations

SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """() => [...document.querySelectorAll("button:not([aria-hidden]), select, summary, .btn, .pages a")]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().height > 0)
  .filter(one => one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML.slice(0, 80))"""
STICKING = """() => [...document.querySelectorAll("main :not(select, option, textarea, input)")]
  .filter(one => one.checkVisibility() && one.clientWidth > 1 && one.scrollWidth > one.clientWidth + 1)
  .filter(one => getComputedStyle(one).overflowX === "visible" && getComputedStyle(one).display !== "inline")
  .map(one => `sticks out of ${one.outerHTML.slice(0, 80)}`)"""
