"""Log lines as JSON objects, one a line."""

from __future__ import annotations

import json
import logging


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
