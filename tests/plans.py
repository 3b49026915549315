"""How a database means to carry out statements: for promises that no table is read from end to end."""

import re

from sqlalchemy import event


class Plans:
    """Statements of a block with their parameters, and what the database says of them."""

    def __init__(self, engine):
        self.engine = engine
        self.seen = []

    def _listen(self, _connection, _cursor, statement, parameters, _context, many):
        if not many and statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            self.seen.append((statement, parameters))

    def __enter__(self):
        event.listen(self.engine, "before_cursor_execute", self._listen)
        return self

    def __exit__(self, *_exc):
        event.remove(self.engine, "before_cursor_execute", self._listen)

    def lines(self):
        """The lines of all plans. PostgreSQL is told not to read a small table whole where an index would do."""
        explain = "EXPLAIN QUERY PLAN " if self.engine.dialect.name == "sqlite" else "EXPLAIN "
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SET enable_seqscan = off")
            return [
                str(row[-1]).strip()
                for statement, parameters in self.seen
                for row in connection.exec_driver_sql(explain + statement, parameters)
            ]

    def whole(self, *tables):
        """Lines that read one of these tables from end to end, by any alias."""
        names = "|".join(tables)
        full = re.compile(
            rf"^(->)?\s*(Seq Scan on|SCAN) \"?({names})(_\d+)?\"?(\s|$)(?!USING (COVERING )?INDEX .*\()"
        )
        return [line for line in self.lines() if full.search(line)]
