"""Log lines as JSON objects, one a line, and without the secrets that addresses hold."""

from __future__ import annotations

import json
import logging
import re

from django.conf import settings


class JsonFormatter(logging.Formatter):
    """Time (UTC seconds), level, logger, message and, when there is one, the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": round(record.created, 3),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


class Secrets(logging.Filter):
    """Takes out of every line the parts of addresses that are secrets: whatever ``LOG_HIDES`` matches."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        for pattern in settings.LOG_HIDES:
            text = re.sub(pattern, "…", text)
        if text != record.getMessage():
            record.msg, record.args = text, ()
        return True
