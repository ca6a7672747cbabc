"""What a store must hold when everything was delivered and mqttd has ended in order."""

import sqlite3
from contextlib import closing


def check_integrity(path):
    with closing(sqlite3.connect(path)) as database:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    return [] if answer == "ok" else [f"M: the store is damaged: {answer}"]


def check_store(path, ensemble):
    """The violations: rows of what is long done, or a damaged file."""
    found = check_integrity(path)
    with closing(sqlite3.connect(path)) as database:

        def rows(query):
            return database.execute(query).fetchall()

        queued = rows("SELECT session.client_id, count(*) FROM q LEFT JOIN session ON session.id = q.session "
                      "WHERE q.session != 0 GROUP BY 1")
        found += [f"M: {count} rows of {client} are left, all of them acknowledged" for client, count in queued]
        for client, packet_id in rows("SELECT client_id, packet_id FROM unreleased JOIN session ON id = session"):
            found.append(f"M: identifier {packet_id} of {client} is still taken for unreleased")
        for (client,) in rows("SELECT client_id FROM session GROUP BY 1 HAVING count(*) > 1"):
            found.append(f"M: there is more than one session of {client}")
        for (count,) in rows("SELECT count(*) FROM msg WHERE id NOT IN (SELECT message FROM q)"):
            if count:
                found.append(f"M: {count} messages are left that nobody waits for")
        kept = {client for (client,) in rows("SELECT client_id FROM session")}
        found += [f"M: the session of {name} is not in the store" for name in ensemble.kept - kept]
        if ensemble.reader.name in kept:
            found.append("M: a session that ends with its connection is in the store")
    return found
