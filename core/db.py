"""What the two databases need to be told differently."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def reading_only() -> Iterator[None]:
    """Until the block ends the database refuses every write.

    SQLite refuses `atomic()` here as well (it begins by asking for the write lock), so code
    that reads opens no transaction.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            yield
    else:
        connection.ensure_connection()
        # Past Django's cursor: it refuses to speak in a broken transaction, and the connection
        # would stay read-only for the requests that follow.
        connection.connection.execute("PRAGMA query_only=ON")
        try:
            yield
        finally:
            if connection.connection is not None:
                connection.connection.execute("PRAGMA query_only=OFF")
