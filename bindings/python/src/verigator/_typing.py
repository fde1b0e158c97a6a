"""What annotations use that `typing` has not had since Python 3.9.

Without it here they would not resolve: `typing.get_type_hints` evaluates them.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    from typing import Self, Unpack
elif TYPE_CHECKING:
    from typing_extensions import Self, Unpack
else:
    Self = Any

    class Unpack:
        """Stands for what it is given."""

        def __class_getitem__(cls, item: Any) -> Any:
            return item


__all__ = ["Self", "Unpack"]
