"""publiccode.yml, the file by which public software says what it is: versions 0 to 0.7.

Written from the standard (https://github.com/publiccodeyml/publiccode.yml).
"""

from marketplace.exchange.publiccode.reading import Understood, read
from marketplace.exchange.publiccode.writing import is_software, write

__all__ = ["Understood", "is_software", "read", "write"]
